import type { Task } from '../model/task.js';
import type { TaskStatus } from '../model/status.js';

/** A plane may take a while to show what it was asked for; longer than this is waited for nothing. In milliseconds. */
export const longestWaitMs = 60_000;

type Sending = { readonly phase: 'sending' } | Sent;

interface Sent {
  /** `over`: its task has shown what became of it. */
  readonly phase: 'sent' | 'over';
  readonly auditId: string;
  readonly at: number;
  readonly status: TaskStatus;
}

/** Keeps a second action away from a task: from sending until its status changes, at most 60 s. */
export class ActionGuard {
  readonly #actions = new Map<string, Sending>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A task that was read before the action was sent says nothing of what became of it. */
  isBusy(task: Pick<Task, 'id' | 'status' | 'observedAt'>): boolean {
    const action = this.#actions.get(task.id);
    if (action === undefined) return false;
    if (action.phase === 'sending') return true;
    const hasChanged = task.status !== action.status && task.observedAt > action.at;
    return !hasChanged && !this.#isOver(action);
  }

  /** Ids at the plane of the tasks of a source that are being acted on, or have yet to show it. */
  actedOn(sourceName: string): readonly string[] {
    const start = `${sourceName}:`;
    return [...this.#actions].flatMap(([taskId, action]) => {
      const isWaiting = action.phase === 'sending' || !this.#isOver(action);
      return isWaiting && taskId.startsWith(start) ? [taskId.slice(start.length)] : [];
    });
  }

  /** To be called with what was read after the action: another status than the one before it ends the wait. True: it did. */
  observeAfterwards(task: Pick<Task, 'id' | 'status'>): boolean {
    const action = this.#actions.get(task.id);
    if (action?.phase !== 'sent' || action.status === task.status) return false;
    this.#actions.set(task.id, { ...action, phase: 'over' });
    return true;
  }

  /** Gives the audit id of the action before, which is over; null: there is none that is remembered. */
  begin(taskId: string): string | null {
    const before = this.#actions.get(taskId);
    for (const [id, action] of this.#actions) if (action.phase !== 'sending' && this.#isLongAgo(action)) this.#actions.delete(id);
    this.#actions.set(taskId, { phase: 'sending' });
    return before === undefined || before.phase === 'sending' ? null : before.auditId;
  }

  /** The plane took it, or may have: the next action waits until the status is another one. */
  sent(taskId: string, auditId: string, statusBefore: TaskStatus): void {
    this.#actions.set(taskId, { phase: 'sent', auditId, at: this.#now(), status: statusBefore });
  }

  /** Nothing was changed: the next action may come at once. */
  release(taskId: string): void {
    this.#actions.delete(taskId);
  }

  #isOver(action: Sent): boolean {
    return action.phase === 'over' || this.#isLongAgo(action);
  }

  #isLongAgo({ at }: Sent): boolean {
    return this.#now() - at >= longestWaitMs;
  }
}
