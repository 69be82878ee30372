import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { TaskHold, TaskHolder } from '../task/ledger.js';

/** What became of an action, and when; null while it is under way. */
type Outcome = { readonly is: TaskActionOutcome; readonly at: number } | null;

/** Which action has a task for itself, as long as the process lives. */
export class MemoryHolds {
  readonly #holds = new Map<string, TaskHold>();
  /** Audit ids of holders whose task has shown what became of them. */
  readonly #over = new Set<string>();
  readonly #outcomeOf: (auditId: string) => Outcome;

  constructor(outcomeOf: (auditId: string) => Outcome) {
    this.#outcomeOf = outcomeOf;
  }

  hold(wanted: TaskHold): TaskHolder | null {
    const holder = this.#holds.get(wanted.taskId);
    if (holder !== undefined && !this.#isOver(holder, wanted)) {
      const { auditId, sentFrom } = holder;
      const phase = this.#over.has(auditId) ? 'over' : this.#outcomeOf(auditId) === null ? 'sending' : 'answered';
      return { auditId, sentFrom, phase };
    }
    if (holder !== undefined) this.#over.delete(holder.auditId);
    this.#holds.set(wanted.taskId, wanted);
    return null;
  }

  release(taskId: string, auditId: string): void {
    if (this.#holds.get(taskId)?.auditId === auditId) this.#over.add(auditId);
  }

  prune(now: number): void {
    for (const [taskId, { auditId, until }] of this.#holds) {
      if (until > now) continue;
      this.#holds.delete(taskId);
      this.#over.delete(auditId);
    }
  }

  #isOver({ auditId, until }: TaskHold, wanted: TaskHold): boolean {
    if (auditId === wanted.over || until <= wanted.at) return true;
    const outcome = this.#outcomeOf(auditId);
    return outcome !== null && (outcome.is === 'REJECTED' || outcome.at <= wanted.overSince);
  }
}
