import { setImmediate } from 'node:timers/promises';

import type { Cancel, Scheduler } from '../../lib/scheduler.js';
import { formatTaskId } from '../../model/global-id.js';
import type { Task } from '../../model/task.js';
import { findRecordedStart, type HistoryStore, maxStatusChanges, type TaskObservation } from '../../store/history-store.js';
import type { ReadPayload, TaskDifference } from '../cache/cache-changes.js';
import type { SourceCache } from '../cache/source-cache.js';

interface HistoryRecorderOptions {
  readonly history: HistoryStore;
  /** Ids of the tracked tasks of a source that cannot list its tasks. */
  readonly trackedIds: (sourceName: string) => Promise<readonly string[]>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** What could not be recorded, for the log. */
  readonly report: (error: unknown) => void;
}

/** Whether history is recorded always, or only while a client subscribes or queries. */
export type RecordingMode = 'always' | 'watched';

/** Tasks in one write, and their parts; between two writes the event loop serves requests. */
const batchSize = 100;
const maxBatchParts = 1_000;

/** The pause after a failed write doubles with each further failure, between these bounds in milliseconds. */
const minRetryMs = 1_000;
const maxRetryMs = 60_000;

/**
 * Records in the background what caches observe. No read waits for it, and only the log learns that it failed.
 * Observations that could not be written stay in memory and are tried again.
 */
export class HistoryRecorder {
  readonly #options: HistoryRecorderOptions;
  readonly #queue = new ObservationQueue();
  /** Caches whose recorded tasks are to be compared with their first list: tasks may have gone while no gateway ran. */
  readonly #uncompared = new Set<SourceCache>();
  #inFlight: Promise<void> | null = null;
  /** Ids of the tasks in the write that has begun. */
  #beingWritten: ReadonlySet<string> = new Set();
  /** Called after each write, and when there is no further one. */
  readonly #onProgress: (() => void)[] = [];
  #failures = 0;
  #cancelRetry: Cancel | null = null;

  constructor(options: HistoryRecorderOptions) {
    this.#options = options;
  }

  /** Records what the cache observes from now on. */
  follow(cache: SourceCache): void {
    const { name, capabilities } = cache.source;
    let isCompared = false;
    cache.changes.listen({
      onDifferences: (differences) => {
        for (const [sourceTaskId, difference] of differences) {
          if (!capabilities.list && difference.after !== null && !difference.isListed) this.#queue.drop(name, sourceTaskId);
          else {
            const lastObservedAt = difference.before === null ? null : cache.observedAt(difference.before);
            this.#queue.add(name, sourceTaskId, difference, { at: this.#options.now(), lastObservedAt });
          }
        }
        this.#start();
      },
      onListRead: (isExhaustive) => {
        if (!isExhaustive || isCompared) return;
        isCompared = true;
        this.#uncompared.add(cache);
        this.#start();
      },
    });
  }

  /**
   * Resolves when everything observed so far is recorded, or has failed to be. With ids of tasks, it waits for these alone,
   * which are written next: they need not wait for thousands of others.
   */
  async whenRecorded(taskIds?: readonly string[]): Promise<void> {
    if (taskIds === undefined) return this.#inFlight ?? undefined;
    const isExpected = (id: string): boolean => this.#queue.has(id) || this.#beingWritten.has(id);
    while (this.#inFlight !== null && (this.#uncompared.size > 0 || taskIds.some(isExpected))) {
      this.#queue.prefer(taskIds);
      await new Promise<void>((resolve) => this.#onProgress.push(resolve));
    }
  }

  /** Tries a last time to record what is queued. */
  async close(): Promise<void> {
    this.#stopRetrying();
    this.#start();
    await this.#inFlight;
    this.#stopRetrying();
  }

  #start(): void {
    const isEmpty = this.#queue.size === 0 && this.#uncompared.size === 0;
    if (this.#inFlight !== null || this.#cancelRetry !== null || isEmpty) return;
    this.#inFlight = this.#writeAll().finally(() => {
      this.#inFlight = null;
      this.#reportProgress();
    });
  }

  async #writeAll(): Promise<void> {
    try {
      for (;;) {
        // A list is compared before its tasks are written over what was recorded.
        await setImmediate();
        for (const cache of this.#uncompared) await this.#compareRecorded(cache);
        if (this.#queue.size === 0) break;
        await this.#writeBatch();
      }
      this.#failures = 0;
    } catch (error) {
      this.#options.report(error);
      this.#scheduleRetry();
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#queue.take(batchSize);
    this.#beingWritten = new Set(batch.map(({ id }) => id));
    try {
      await this.#options.history.record(batch.map(withWholePayload));
    } catch (error) {
      this.#queue.putBack(batch);
      throw error;
    } finally {
      this.#beingWritten = new Set();
      this.#reportProgress();
    }
  }

  #reportProgress(): void {
    for (const resume of this.#onProgress.splice(0)) resume();
  }

  /**
   * Compares the first list with what was recorded: queues the recorded tasks that are gone from the plane, and tells the
   * cache when the others began to run.
   */
  async #compareRecorded(cache: SourceCache): Promise<void> {
    const { history, trackedIds, now } = this.#options;
    const { name, capabilities } = cache.source;
    const recordedIds = await history.readPresentSourceTaskIds(name);
    // A source that cannot list has only read its tracked tasks, so only those can be found gone.
    const tracked = capabilities.list ? null : new Set(await trackedIds(name));
    for (const sourceTaskId of recordedIds) {
      if (cache.cachedTask(sourceTaskId) === undefined && tracked?.has(sourceTaskId) !== false)
        this.#queue.addGone(name, sourceTaskId, now());
    }
    for (let start = 0; start < recordedIds.length; start += batchSize) {
      await this.#correctStarts(cache, recordedIds.slice(start, start + batchSize));
      await setImmediate();
    }
    this.#uncompared.delete(cache);
  }

  async #correctStarts(cache: SourceCache, recordedIds: readonly string[]): Promise<void> {
    const { history } = this.#options;
    const tasks = recordedIds.flatMap((sourceTaskId) => cache.cachedTask(sourceTaskId) ?? []);
    const withoutStart = tasks.filter((task) => task.startedAt === null && task.isStartReported !== true);
    const withParts = tasks.filter(({ parts }) => parts.length > 0);
    const recorded = withoutStart.length === 0 ? null : await history.readStatusChanges(withoutStart.map(({ id }) => id));
    const recordedTasks = withParts.length === 0 ? null : await history.readTasks(withParts.map(({ id }) => id));
    const starts = tasks.map((task) => {
      const { status, sourceStatus, changedAt: at } = task;
      const changes = recorded?.get(task.id);
      const isRecorded = changes?.at(-1)?.status === status;
      const observedStart =
        changes === undefined ? undefined : findRecordedStart(task, isRecorded ? changes : [...changes, { status, sourceStatus, at }]);
      return [task.sourceTaskId, { observedStart, parts: recordedTasks?.get(task.id)?.task.parts ?? [] }] as const;
    });
    cache.correctStarts(new Map(starts));
    for (const { sourceTaskId } of tasks) {
      const corrected = cache.cachedTask(sourceTaskId);
      if (corrected !== undefined) this.#queue.correct(corrected);
    }
  }

  #scheduleRetry(): void {
    const pauseMs = Math.min(minRetryMs * 2 ** this.#failures, maxRetryMs);
    this.#failures += 1;
    this.#cancelRetry = this.#options.scheduler.after(pauseMs, () => {
      this.#cancelRetry = null;
      this.#start();
    });
  }

  #stopRetrying(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
  }
}

/**
 * Observations that wait while the store fails; then the longest waiting are dropped. This is a queue: an LRU would
 * move a task to its end whenever it changes, so that it might never be recorded.
 */
const maxQueued = 100_000;

/** An observation that is still to be recorded. */
interface WaitingObservation extends TaskObservation {
  /** What the plane sent of the task, where only a part of that is in memory; null where all of it is. */
  readonly readPayload: ReadPayload | null;
}

function withWholePayload({ readPayload, id, task, changes, forgotten }: WaitingObservation): TaskObservation {
  return { id, task: task === null || readPayload === null ? task : { ...task, payload: readPayload() }, changes, forgotten };
}

/** Observations that are to be recorded: one entry a task, however often it changes. */
class ObservationQueue {
  /** By task id, the longest waiting first. */
  readonly #waiting = new Map<string, WaitingObservation>();
  /** Ids of waiting tasks whose history is asked for. */
  readonly #preferred = new Set<string>();

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Queues how a task changed. Only tasks of the list are recorded: to read a task by its id on the plane leaves no
   * trace.
   */
  add(
    sourceName: string,
    sourceTaskId: string,
    { before, after, readPayload, wasListed, isListed }: TaskDifference,
    { at, lastObservedAt }: { readonly at: number; readonly lastObservedAt: number | null },
  ): void {
    const id = formatTaskId(sourceName, sourceTaskId);
    const earlier = this.#waiting.get(id);
    if (after !== null && isListed) this.#put(toObservation(after, readPayload), earlier);
    else if (after === null && before !== null && wasListed)
      this.#put({ id, task: null, readPayload: null, changes: [], forgotten: { at, observedAt: lastObservedAt } }, earlier);
  }

  /** Queues that a recorded task is gone from its plane; since when is not known. */
  addGone(sourceName: string, sourceTaskId: string, at: number): void {
    const id = formatTaskId(sourceName, sourceTaskId);
    const waiting = this.#waiting.get(id);
    // It went while the list was compared, and when it was read last is known.
    if (waiting !== undefined && waiting.forgotten !== null) return;
    this.#put({ id, task: null, readPayload: null, changes: [], forgotten: { at, observedAt: null } }, waiting);
  }

  /** Adds corrected starts to a queued task; another state of the task is left alone. */
  correct(task: Task): void {
    const waiting = this.#waiting.get(task.id);
    if (waiting?.task?.changedAt !== task.changedAt) return;
    // The cache may have cut the payload off meanwhile, and what is recorded is whole.
    this.#waiting.set(task.id, { ...waiting, task: { ...task, payload: waiting.task.payload } });
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Those of these tasks that wait are taken before all others. */
  prefer(ids: readonly string[]): void {
    for (const id of ids) if (this.#waiting.has(id)) this.#preferred.add(id);
  }

  /** The task is no longer to be recorded. */
  drop(sourceName: string, sourceTaskId: string): void {
    this.#waiting.delete(formatTaskId(sourceName, sourceTaskId));
  }

  /** Removes and returns up to this many observations, fewer of tasks with many parts: the preferred ones, and then the longest waiting. */
  take(count: number): readonly WaitingObservation[] {
    const taken: WaitingObservation[] = [];
    let parts = 0;
    for (const ids of [this.#preferred, this.#waiting]) {
      for (const id of ids.keys()) {
        if (taken.length === count || parts > maxBatchParts) return taken;
        const observation = this.#waiting.get(id);
        if (observation !== undefined) taken.push(observation);
        parts += observation?.task?.parts.length ?? 0;
        this.#preferred.delete(id);
        this.#waiting.delete(id);
      }
    }
    return taken;
  }

  /** Queues observations again that could not be recorded, merged with what was observed since. */
  putBack(taken: readonly WaitingObservation[]): void {
    for (const earlier of taken) {
      const later = this.#waiting.get(earlier.id);
      this.#put(later ?? earlier, later === undefined ? undefined : earlier);
    }
  }

  #put(observation: WaitingObservation, earlier: WaitingObservation | undefined): void {
    this.#waiting.set(observation.id, earlier === undefined ? observation : mergeObservations(earlier, observation));
    const [oldestId] = this.#waiting.keys();
    if (this.#waiting.size > maxQueued && oldestId !== undefined) this.#waiting.delete(oldestId);
  }
}

function toObservation(task: Task, readPayload: ReadPayload | null): WaitingObservation {
  const { id, status, sourceStatus, changedAt } = task;
  return { id, task, readPayload, changes: [{ status, sourceStatus, at: changedAt }], forgotten: null };
}

function mergeObservations(earlier: WaitingObservation, later: WaitingObservation): WaitingObservation {
  const changes = [...earlier.changes, ...later.changes].slice(-maxStatusChanges);
  const { task, readPayload } = later.task === null ? earlier : later;
  return { ...later, task, readPayload, changes };
}
