import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';

/** A plane may take a while to show what it was asked for; longer than this is waited for nothing. In milliseconds. */
export const maxEffectWaitMs = 60_000;

type Sending = { readonly kind: 'sending' } | Sent;

interface Sent {
  /** `over`: its task has shown what became of it. */
  readonly kind: 'sent' | 'over';
  readonly auditId: string;
  readonly at: number;
  readonly status: TaskStatus;
}

/** Keeps a second action away from a task: from sending until its status changes, at most 60 s. */
export class PendingActions {
  readonly #actions = new Map<string, Sending>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A task that was read before the action was sent says nothing of what became of it. */
  isBusy(task: Pick<Task, 'id' | 'status' | 'observedAt'>): boolean {
    const action = this.#actions.get(task.id);
    if (action === undefined) return false;
    if (action.kind === 'sending') return true;
    const hasChanged = task.status !== action.status && task.observedAt > action.at;
    return !hasChanged && !this.#hasShownEffect(action);
  }

  /** Ids at the plane of the tasks of a source that are being acted on, or have yet to show it. */
  pendingSourceTaskIds(sourceName: string): readonly string[] {
    const start = `${sourceName}:`;
    return [...this.#actions].flatMap(([taskId, action]) => {
      const isWaiting = action.kind === 'sending' || !this.#hasShownEffect(action);
      return isWaiting && taskId.startsWith(start) ? [taskId.slice(start.length)] : [];
    });
  }

  /** To be called with what was read after the action: another status than the one before it ends the wait. True: it did. */
  observeAfterAction(task: Pick<Task, 'id' | 'status'>): boolean {
    const action = this.#actions.get(task.id);
    if (action?.kind !== 'sent' || action.status === task.status) return false;
    this.#actions.set(task.id, { ...action, kind: 'over' });
    return true;
  }

  /** Gives the audit id of the action before, which is over; null: there is none that is remembered. */
  begin(taskId: string): string | null {
    const before = this.#actions.get(taskId);
    for (const [id, action] of this.#actions) if (action.kind !== 'sending' && this.#hasExpired(action)) this.#actions.delete(id);
    this.#actions.set(taskId, { kind: 'sending' });
    return before === undefined || before.kind === 'sending' ? null : before.auditId;
  }

  /** The plane took it, or may have: the next action waits until the status is another one. */
  markSent(taskId: string, auditId: string, statusBefore: TaskStatus): void {
    this.#actions.set(taskId, { kind: 'sent', auditId, at: this.#now(), status: statusBefore });
  }

  /** Nothing was changed: the next action may come at once. */
  release(taskId: string): void {
    this.#actions.delete(taskId);
  }

  #hasShownEffect(action: Sent): boolean {
    return action.kind === 'over' || this.#hasExpired(action);
  }

  #hasExpired({ at }: Sent): boolean {
    return this.#now() - at >= maxEffectWaitMs;
  }
}
