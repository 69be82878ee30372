import type { JsonObject } from '../../model/scalars.js';
import type { Task, TranslatedTask } from '../../model/task.js';

/** So many finished tasks of a source, the newest, keep all that was sent of them; a tenth more are let in before it is tidied up. */
const maxWholePayloads = 1_000;

/** What of a task's payload must stay in memory; as `payloadToKeep` of a source. */
export type PayloadToKeep = (task: TranslatedTask) => JsonObject;

/**
 * Bounds the memory that payloads take: of finished tasks, which are many and seldom looked into, only the newest keep all of
 * theirs. What was cut away is read again when somebody asks for it.
 */
export class PayloadRetention {
  readonly #toKeep: PayloadToKeep | null;
  /** Finished tasks whose payload is whole, by their ids at the plane. */
  readonly #whole = new Map<string, Task>();
  readonly #cut = new WeakSet<JsonObject>();

  /** Null: all payloads stay whole. */
  constructor(toKeep: PayloadToKeep | null) {
    this.#toKeep = toKeep;
  }

  isCut({ payload }: Pick<Task, 'payload'>): boolean {
    return payload !== null && this.#cut.has(payload);
  }

  /** A task is known like this from now on. */
  record(task: Task): void {
    if (task.isFinished && task.payload !== null && !this.#cut.has(task.payload)) this.#whole.set(task.sourceTaskId, task);
    else this.#whole.delete(task.sourceTaskId);
  }

  forget(sourceTaskId: string): void {
    this.#whole.delete(sourceTaskId);
  }

  /** The oldest of those that are too many, each with the part of its payload that must stay. */
  cutOldest(): readonly Task[] {
    if (this.#toKeep === null || this.#whole.size <= maxWholePayloads * 1.1) return [];
    const toKeep = this.#toKeep;
    const newestFirst = [...this.#whole.values()].sort((one, other) => (other.createdAt ?? 0) - (one.createdAt ?? 0));
    return newestFirst.slice(maxWholePayloads).flatMap((task) => this.#cutOne(task, toKeep(task)));
  }

  #cutOne(task: Task, payload: JsonObject): readonly Task[] {
    this.#whole.delete(task.sourceTaskId);
    if (payload === task.payload) return [];
    this.#cut.add(payload);
    return [{ ...task, payload }];
  }
}
