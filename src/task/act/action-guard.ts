import type { Task } from '../model/task.js';
import type { TaskStatus } from '../model/status.js';

/** A plane may take a while to show what it was asked for; longer than this is waited for nothing. In milliseconds. */
const longestWaitMs = 60_000;

type Sending = { readonly phase: 'sending' } | { readonly phase: 'sent'; readonly at: number; readonly status: TaskStatus };

/** Keeps a second action away from a task: from sending until its status changes, at most 60 s. */
export class ActionGuard {
  readonly #actions = new Map<string, Sending>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  isBusy(task: Pick<Task, 'id' | 'status'>): boolean {
    this.observe(task);
    return this.#actions.has(task.id);
  }

  /** Whether a task of this source is being acted on, or has yet to show it. */
  isActingOn(sourceName: string): boolean {
    for (const [taskId, action] of this.#actions) {
      const isOver = action.phase === 'sent' && this.#now() - action.at >= longestWaitMs;
      if (!isOver && taskId.startsWith(`${sourceName}:`)) return true;
    }
    return false;
  }

  /** To be called when a task was read: another status than the one before the action ends the wait. */
  observe(task: Pick<Task, 'id' | 'status'>): void {
    const action = this.#actions.get(task.id);
    if (action === undefined || action.phase === 'sending') return;
    if (action.status !== task.status || this.#now() - action.at >= longestWaitMs) this.#actions.delete(task.id);
  }

  begin(taskId: string): void {
    this.#actions.set(taskId, { phase: 'sending' });
  }

  /** The plane took it, or may have: the next action waits until the status is another one. */
  sent(taskId: string, statusBefore: TaskStatus): void {
    this.#actions.set(taskId, { phase: 'sent', at: this.#now(), status: statusBefore });
  }

  /** Nothing was changed: the next action may come at once. */
  release(taskId: string): void {
    this.#actions.delete(taskId);
  }
}
