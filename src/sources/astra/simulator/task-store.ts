import { parseInstant } from '../../../model/scalars.js';

/** The plane keeps a finished task this long, in milliseconds. */
const retentionMs = 24 * 3_600_000;

const finalStates: ReadonlySet<unknown> = new Set(['completed', 'cancelled', 'failed']);

/** The tasks of the simulated plane, oldest first. */
export class SimulatedAstraTasks {
  readonly #now: () => number;
  readonly #tasks = new Map<string, SimulatedAstraTask>();
  readonly #frozen = new Set<string>();

  /** `now`: the clock of the plane, in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  all(): readonly SimulatedAstraTask[] {
    this.#removeExpired();
    return [...this.#tasks.values()];
  }

  get(id: string): SimulatedAstraTask | undefined {
    this.#removeExpired();
    return this.#tasks.get(id);
  }

  put(task: SimulatedAstraTask): void {
    this.#tasks.set(task.id, task);
  }

  /** Changes fields of a task; no effect on a removed or frozen one. */
  change(id: string, fields: Readonly<Record<string, unknown>>): void {
    const task = this.#tasks.get(id);
    if (task !== undefined && !this.#frozen.has(id)) this.#tasks.set(id, { ...task, ...fields, id });
  }

  /** Keeps a task as it is, whatever its operation does. */
  freeze(id: string): void {
    this.#frozen.add(id);
  }

  /** Removes a task that is not frozen. */
  discard(id: string): void {
    if (!this.#frozen.has(id)) this.remove(id);
  }

  /** Whether there was such a task. */
  remove(id: string): boolean {
    this.#frozen.delete(id);
    return this.#tasks.delete(id);
  }

  #removeExpired(): void {
    for (const task of this.#tasks.values()) {
      if (finalStates.has(task.state) && (parseEndTime(task) ?? Infinity) + retentionMs <= this.#now()) this.remove(task.id);
    }
  }
}

function parseEndTime({ endTime, cancelTime }: SimulatedAstraTask): number | null {
  const text = endTime ?? cancelTime;
  return typeof text === 'string' ? parseInstant(text) : null;
}

/** A task as the simulated plane sends it. Tests may set any member but the id. */
export interface SimulatedAstraTask {
  readonly [name: string]: unknown;
  readonly id: string;
}
