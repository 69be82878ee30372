import { setImmediate } from 'node:timers/promises';

import QuickLru from 'quick-lru';

import { formatTaskId } from '../../model/global-id.js';
import type { JsonObject } from '../../model/scalars.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import { type CacheContext, createReadRequest } from './cache-context.js';
import { canServeStale, type Freshness, isFresh, markStale } from './freshness.js';

/** A task, null where its plane does not have it, or why it could not be read. */
export type TaskReadResult = Task | SourceProblemError | null;

/** Tasks of which it is remembered when they were read by id, up to twice as many (see quick-lru): those of operations in flight. */
const maxRemembered = 1_000;

/** Reads tasks of one source by their ids, single-flight for each id. */
export class TaskReads {
  readonly #context: CacheContext;
  readonly #inFlight = new Map<string, InFlightRead>();
  /** By id: when the last read was sent that brought the task. */
  readonly #sentAt = new QuickLru<string, number>({ maxSize: maxRemembered });

  constructor(context: CacheContext) {
    this.#context = context;
  }

  /** Reads those of `toRead`, and takes the others from the cache. It never rejects. */
  async read(ids: readonly string[], toRead: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, TaskReadResult>> {
    const { tasks } = this.#context;
    const toRequest = toRead.filter((id) => !this.#isInFlight(id, freshness));
    if (toRequest.length > 0) this.#start(toRequest);
    const isRead = new Set(toRead);
    const results = await Promise.all(
      ids.map(async (id): Promise<[string, TaskReadResult]> => {
        const read = isRead.has(id) ? this.#inFlight.get(id) : undefined;
        return [id, read === undefined ? (tasks.get(id) ?? null) : await read.result];
      }),
    );
    return new Map(results);
  }

  /** After a failed read: the cached task with a warning, where it may stand in, else the error. */
  staleOrProblem(error: SourceProblemError, sourceTaskId: string, mark = markStale): TaskReadResult {
    const { source, health, tasks, now } = this.#context;
    const task = tasks.get(sourceTaskId);
    if (task === undefined || health.isRefused || !canServeStale(error, tasks.confirmedAt(task), now()))
      return error.withMinRetryAfter(source.upstream.circuitOpenForMs());
    return mark(task, tasks.observedAt(task));
  }

  /** Whether this process has read a task after an operation arrived; not in the same millisecond, when it may have been before. */
  wasReadAfter(sourceTaskId: string, operationStartedAt: number): boolean {
    return (this.#sentAt.get(sourceTaskId) ?? -Infinity) > operationStartedAt;
  }

  #isInFlight(sourceTaskId: string, freshness: Freshness): boolean {
    const read = this.#inFlight.get(sourceTaskId);
    return read !== undefined && isFresh(freshness, read.times);
  }

  /** The read is sent in the next turn of the event loop, so that it serves all operations that came together with this one. */
  #start(ids: readonly string[]): void {
    const times = { requestedAt: Infinity, observedAt: null };
    const results = setImmediate().then(() => {
      times.requestedAt = this.#context.now();
      return this.#readAndApply(ids, times.requestedAt);
    });
    for (const id of ids) {
      const read = { times, result: results.then((found) => found.get(id) ?? null) };
      this.#inFlight.set(id, read);
      void read.result.finally(() => {
        if (this.#inFlight.get(id) === read) this.#inFlight.delete(id);
      });
    }
  }

  /** It never rejects. */
  async #readAndApply(ids: readonly string[], requestedAt: number): Promise<ReadonlyMap<string, TaskReadResult>> {
    const { source, health, tasks, now, notify } = this.#context;
    // Latency is real time, also where a test moves `now`.
    const startedAt = performance.now();
    const results = new Map<string, TaskReadResult>();
    try {
      const reads = await source.read(ids, createReadRequest(this.#context));
      const observedAt = now();
      for (const id of ids) {
        const read = reads.get(id) ?? null;
        if (read instanceof SourceProblemError) {
          results.set(id, this.staleOrProblem(read, id));
          continue;
        }
        if (read === null) tasks.markGone(id, requestedAt);
        else {
          tasks.applyRead(read, requestedAt, observedAt, source.capabilities.list);
          this.#sentAt.set(id, requestedAt);
        }
        results.set(id, tasks.get(id) ?? null);
      }
      const problems = [...reads.values()].filter((read) => read instanceof SourceProblemError);
      const latencyMs = Math.round(performance.now() - startedAt);
      if (problems.length < ids.length) health.succeeded(observedAt, latencyMs, problems[0]?.problem ?? null);
      else health.failed(problems[0]);
    } catch (error) {
      const failure = health.failed(error);
      for (const id of ids) results.set(id, this.staleOrProblem(failure, id));
    }
    notify();
    return results;
  }
}

interface InFlightRead {
  /** When it was sent: infinite before, so that it serves every operation that comes until then. */
  readonly times: { readonly requestedAt: number; readonly observedAt: null };
  /** It never rejects. */
  readonly result: Promise<TaskReadResult>;
}

/** Payloads that the store has, by task id. */
export type StoredPayloads = (taskIds: readonly string[]) => Promise<ReadonlyMap<string, JsonObject>>;

/** Reads payloads that are truncated in the cache: from the store, else from the plane. The cache does not change. */
export class PayloadReads {
  readonly #context: CacheContext;
  readonly #stored: StoredPayloads | null;
  readonly #report: (error: unknown) => void;

  /** `stored`: null where nothing of this source is stored. `report`: errors of the store, for the log. */
  constructor(context: CacheContext, stored: StoredPayloads | null, report: (error: unknown) => void) {
    this.#context = context;
    this.#stored = stored;
    this.#report = report;
  }

  /**
   * By ids at the plane: what was sent of each, null where nothing of it is left, or why it could not be read. It never
   * rejects. With `overdue` the plane is not read, and that is why what is not stored could not be.
   */
  async read(
    sourceTaskIds: readonly string[],
    overdue: SourceProblemError | null,
  ): Promise<ReadonlyMap<string, JsonObject | SourceProblemError | null>> {
    const { source, health } = this.#context;
    const stored = await this.#readStored(sourceTaskIds.map((id) => formatTaskId(source.name, id)));
    const payloads = new Map<string, JsonObject | SourceProblemError | null>();
    for (const id of sourceTaskIds) payloads.set(id, stored.get(formatTaskId(source.name, id)) ?? null);
    const missing = sourceTaskIds.filter((id) => payloads.get(id) === null);
    if (missing.length === 0) return payloads;
    if (overdue !== null) {
      for (const id of missing) payloads.set(id, overdue);
      return payloads;
    }
    try {
      const reads = await source.read(missing, createReadRequest(this.#context));
      for (const id of missing) {
        const read = reads.get(id) ?? null;
        payloads.set(id, read === null || read instanceof SourceProblemError ? read : read.translate().payload);
      }
    } catch (error) {
      const failure = health.failed(error);
      for (const id of missing) payloads.set(id, failure);
    }
    return payloads;
  }

  async #readStored(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    try {
      return (await this.#stored?.(taskIds)) ?? new Map<string, JsonObject>();
    } catch (error) {
      this.#report(error);
      return new Map();
    }
  }
}
