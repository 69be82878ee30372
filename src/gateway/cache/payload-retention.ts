import { sortInSteps, type Steps } from '../../lib/slices.js';
import type { JsonObject } from '../../model/scalars.js';
import type { Task, TranslatedTask } from '../../model/task.js';

/**
 * Finished tasks of a source that keep their whole payload. The count may exceed it by a tenth, so that not each new
 * task sorts them.
 */
const maxWholePayloads = 1_000;

/** The part of a task's payload that must stay in memory; `payloadToKeep` of a source. */
export type PayloadToKeep = (task: TranslatedTask) => JsonObject;

/** A task, and the part of its payload that replaces the whole. */
interface TruncatedPayload {
  readonly task: Task;
  readonly payload: JsonObject;
}

/**
 * Bounds the memory that payloads take: of finished tasks, which are many and rarely opened, only the newest keep their
 * whole payload. What was cut off is read again on demand. The order is that of creation and not of use, so this is no
 * LRU cache.
 */
export class PayloadRetention {
  readonly #toKeep: PayloadToKeep | null;
  /** Finished tasks whose payload is whole, by their ids at the plane. */
  readonly #whole = new Map<string, Task>();
  readonly #truncated: WeakSet<JsonObject>;

  /** Null: no payload is ever truncated. */
  constructor(toKeep: PayloadToKeep | null, truncated = new WeakSet<JsonObject>()) {
    this.#toKeep = toKeep;
    this.#truncated = truncated;
  }

  /** Another one with no task, which knows the same truncated payloads. */
  createEmpty(): PayloadRetention {
    return new PayloadRetention(this.#toKeep, this.#truncated);
  }

  isTruncated({ payload }: Pick<Task, 'payload'>): boolean {
    return payload !== null && this.#truncated.has(payload);
  }

  /** Cuts the payloads of tasks that are translated one after another, so that those of a long list are never all in memory. */
  createCutter(): PayloadCutter {
    return new PayloadCutter(this.#toKeep, this.#truncated);
  }

  /** The cache holds a task like this from now on. */
  record(task: Task): void {
    if (task.isFinished && task.payload !== null && !this.#truncated.has(task.payload)) this.#whole.set(task.sourceTaskId, task);
    else this.#whole.delete(task.sourceTaskId);
  }

  forget(sourceTaskId: string): void {
    this.#whole.delete(sourceTaskId);
  }

  /** The oldest beyond the limit, each with the part of its payload that stays. */
  *truncateOldest(): Steps<readonly TruncatedPayload[]> {
    if (this.#toKeep === null || this.#whole.size <= maxWholePayloads * 1.1) return [];
    const toKeep = this.#toKeep;
    const newestFirst = yield* sortInSteps([...this.#whole.values()], (one, other) => (other.createdAt ?? 0) - (one.createdAt ?? 0));
    const truncated: TruncatedPayload[] = [];
    for (const task of newestFirst.slice(maxWholePayloads)) {
      const one = this.#truncate(task, toKeep(task));
      if (one !== null) truncated.push(one);
      yield;
    }
    return truncated;
  }

  #truncate(task: Task, payload: JsonObject): TruncatedPayload | null {
    this.#whole.delete(task.sourceTaskId);
    if (payload === task.payload) return null;
    this.#truncated.add(payload);
    return { task, payload };
  }
}

/** Of the finished tasks that it is given, it keeps the payloads of the newest whole. */
class PayloadCutter {
  readonly #toKeep: PayloadToKeep | null;
  readonly #truncated: WeakSet<JsonObject>;
  #whole: TranslatedTask[] = [];

  constructor(toKeep: PayloadToKeep | null, truncated: WeakSet<JsonObject>) {
    this.#toKeep = toKeep;
    this.#truncated = truncated;
  }

  /** A task that nobody has seen yet, so that its payload can be cut now or later, when newer tasks came. */
  add(task: TranslatedTask): void {
    if (this.#toKeep === null || !task.isFinished) return;
    this.#whole.push(task);
    if (this.#whole.length === 2 * maxWholePayloads) this.#cutOldest(this.#toKeep);
  }

  #cutOldest(toKeep: PayloadToKeep): void {
    const newestFirst = this.#whole.sort((one, other) => (other.createdAt ?? 0) - (one.createdAt ?? 0));
    this.#whole = newestFirst.slice(0, maxWholePayloads);
    for (const task of newestFirst.slice(maxWholePayloads)) {
      const payload = toKeep(task);
      if (payload === task.payload) continue;
      task.payload = payload;
      this.#truncated.add(payload);
    }
  }
}
