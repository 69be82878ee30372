import { parseInstant } from '../../../task/model/instant.js';
import type { Fields } from './fields.js';

/** How long the plane keeps a task that has ended, in milliseconds. */
const retentionMs = 24 * 3_600_000;

const finalStates: ReadonlySet<unknown> = new Set(['completed', 'cancelled', 'failed']);

/** The tasks that the simulated plane has now, oldest first. */
export class TaskStore {
  readonly #now: () => number;
  readonly #tasks = new Map<string, Fields>();
  readonly #held = new Set<string>();

  /** `now` is the plane's clock, in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  all(): readonly Fields[] {
    this.#forgetEnded();
    return [...this.#tasks.values()];
  }

  get(id: string): Fields | undefined {
    this.#forgetEnded();
    return this.#tasks.get(id);
  }

  put(task: Fields): void {
    this.#tasks.set(task.id, task);
  }

  /** Work goes on in a task: without effect on one that is gone, or that a test holds. */
  change(id: string, fields: Readonly<Record<string, unknown>>): void {
    const task = this.#tasks.get(id);
    if (task !== undefined && !this.#held.has(id)) this.#tasks.set(id, { ...task, ...fields, id });
  }

  /** From now on the task is as it was put, whatever happens around it. */
  hold(id: string): void {
    this.#held.add(id);
  }

  /** Makes room: without effect on a task that a test holds. */
  discard(id: string): void {
    if (!this.#held.has(id)) this.remove(id);
  }

  /** Whether there was such a task. */
  remove(id: string): boolean {
    this.#held.delete(id);
    return this.#tasks.delete(id);
  }

  #forgetEnded(): void {
    for (const task of this.#tasks.values()) {
      if (finalStates.has(task.state) && (endOf(task) ?? Infinity) + retentionMs <= this.#now()) this.remove(task.id);
    }
  }
}

function endOf({ endTime, cancelTime }: Fields): number | null {
  const text = endTime ?? cancelTime;
  return typeof text === 'string' ? parseInstant(text) : null;
}
