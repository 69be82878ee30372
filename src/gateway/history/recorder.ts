import { setImmediate } from 'node:timers/promises';

import type { Cancel, Scheduler } from '../../lib/scheduler.js';
import { formatTaskId } from '../../model/global-id.js';
import type { Task } from '../../model/task.js';
import { type HistoryStore, maxStatusChanges, type TaskObservation } from '../../store/history-store.js';
import type { TaskDifference } from '../cache/cache-changes.js';
import type { SourceCache } from '../cache/source-cache.js';

export interface HistoryRecorderOptions {
  readonly history: HistoryStore;
  /** Ids that are remembered for a source that cannot list. */
  readonly trackedIds: (sourceName: string) => Promise<readonly string[]>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** What could not be recorded, for the log. */
  readonly report: (error: unknown) => void;
}

/** So many tasks are written at once; between two batches the process does other things. */
const batchSize = 100;

/** After a failure, and after each further one twice as long, nothing is written for so long. In milliseconds. */
const minRetryMs = 1_000;
const maxRetryMs = 60_000;

/**
 * Writes what views see to the history, behind them: nobody who reads waits for it, and when it fails nobody but the log is told.
 * What could not be written waits in memory and is tried again.
 */
export class HistoryRecorder {
  readonly #options: HistoryRecorderOptions;
  readonly #seen = new ObservationQueue();
  /** Views whose kept tasks have yet to be compared with what their planes have: some may have gone while no gateway ran. */
  readonly #uncompared = new Set<SourceCache>();
  #inFlight: Promise<void> | null = null;
  #failures = 0;
  #retryTimer: Cancel | null = null;

  constructor(options: HistoryRecorderOptions) {
    this.#options = options;
  }

  /** Records what a view sees from now on. */
  follow(view: SourceCache): void {
    const { name, capabilities } = view.source;
    let isCompared = false;
    view.changes.listen({
      observed: (differences) => {
        for (const [sourceTaskId, difference] of differences) {
          if (!capabilities.list && difference.after !== null && !difference.isListed) this.#seen.drop(name, sourceTaskId);
          else {
            const lastObservedAt = difference.before === null ? null : view.observedAt(difference.before);
            this.#seen.add(name, sourceTaskId, difference, { at: this.#options.now(), lastObservedAt });
          }
        }
        this.#begin();
      },
      listed: (isWhole) => {
        if (!isWhole || isCompared) return;
        isCompared = true;
        this.#uncompared.add(view);
        this.#begin();
      },
    });
  }

  /** Resolves when what was seen until now is recorded, or could not be. */
  async whenRecorded(): Promise<void> {
    await this.#inFlight;
  }

  /** Tries a last time to write what waits. */
  async close(): Promise<void> {
    this.#cancelRetry();
    this.#begin();
    await this.#inFlight;
    this.#cancelRetry();
  }

  #begin(): void {
    if (this.#inFlight !== null || this.#retryTimer !== null || (this.#seen.size === 0 && this.#uncompared.size === 0)) return;
    this.#inFlight = this.#write().finally(() => {
      this.#inFlight = null;
    });
  }

  async #write(): Promise<void> {
    try {
      for (;;) {
        for (const view of this.#uncompared) await this.#compare(view);
        if (this.#seen.size === 0) break;
        await setImmediate();
        await this.#writeSome();
      }
      this.#failures = 0;
    } catch (error) {
      this.#options.report(error);
      this.#scheduleRetry();
    }
  }

  async #writeSome(): Promise<void> {
    const batch = this.#seen.take(batchSize);
    try {
      await this.#options.history.record(batch);
    } catch (error) {
      this.#seen.putBack(batch);
      throw error;
    }
  }

  async #compare(view: SourceCache): Promise<void> {
    const { history, trackedIds, now } = this.#options;
    const { name, capabilities } = view.source;
    const kept = await history.presentSourceTaskIds(name);
    // Of a plane that cannot list, only what it was asked for can be missing.
    const asked = capabilities.list ? null : new Set(await trackedIds(name));
    for (const sourceTaskId of kept) {
      if (view.cachedTask(sourceTaskId) === undefined && asked?.has(sourceTaskId) !== false)
        this.#seen.addMissing(name, sourceTaskId, now());
    }
    this.#uncompared.delete(view);
  }

  #cancelRetry(): void {
    this.#retryTimer?.();
    this.#retryTimer = null;
  }

  #scheduleRetry(): void {
    const pauseMs = Math.min(minRetryMs * 2 ** this.#failures, maxRetryMs);
    this.#failures += 1;
    this.#retryTimer = this.#options.scheduler.after(pauseMs, () => {
      this.#retryTimer = null;
      this.#begin();
    });
  }
}

/** More tasks than this do not wait to be recorded; then the oldest are given up. */
const maxQueued = 100_000;

/** What was seen of tasks and is yet to be recorded: one entry a task, however often it changes. */
export class ObservationQueue {
  /** By task id, the one that waits longest first. */
  readonly #waiting = new Map<string, TaskObservation>();

  get size(): number {
    return this.#waiting.size;
  }

  /** A task of a source differs. Only those of its list are kept: reading a task by its id at the plane leaves no trace. */
  add(
    sourceName: string,
    sourceTaskId: string,
    { before, after, wasListed, isListed }: TaskDifference,
    times: { readonly at: number; readonly lastObservedAt: number | null },
  ): void {
    const id = formatTaskId(sourceName, sourceTaskId);
    if (after !== null && isListed) this.#put(toObservation(after), this.#waiting.get(id));
    else if (after === null && before !== null && wasListed) {
      const gone = { at: times.at, observedAt: times.lastObservedAt };
      this.#put({ id, task: null, changes: [], gone }, this.#waiting.get(id));
    }
  }

  /** A task that was kept is not there any more; when it went is not known. */
  addMissing(sourceName: string, sourceTaskId: string, at: number): void {
    const id = formatTaskId(sourceName, sourceTaskId);
    this.#put({ id, task: null, changes: [], gone: { at, observedAt: null } }, this.#waiting.get(id));
  }

  /** It is not to be recorded any more. */
  drop(sourceName: string, sourceTaskId: string): void {
    this.#waiting.delete(formatTaskId(sourceName, sourceTaskId));
  }

  /** Up to so many, the ones that wait longest. */
  take(most: number): readonly TaskObservation[] {
    const taken: TaskObservation[] = [];
    for (const [id, seen] of this.#waiting) {
      if (taken.length === most) break;
      taken.push(seen);
      this.#waiting.delete(id);
    }
    return taken;
  }

  /** They could not be recorded: they wait again, under what was seen of them since. */
  putBack(taken: readonly TaskObservation[]): void {
    for (const earlier of taken) {
      const later = this.#waiting.get(earlier.id);
      this.#put(later ?? earlier, later === undefined ? undefined : earlier);
    }
  }

  #put(seen: TaskObservation, earlier: TaskObservation | undefined): void {
    this.#waiting.set(seen.id, earlier === undefined ? seen : mergeObservations(earlier, seen));
    for (const id of this.#waiting.keys()) {
      if (this.#waiting.size <= maxQueued) break;
      this.#waiting.delete(id);
    }
  }
}

function toObservation(task: Task): TaskObservation {
  const { id, status, sourceStatus, changedAt } = task;
  return { id, task, changes: [{ status, sourceStatus, at: changedAt }], gone: null };
}

function mergeObservations(earlier: TaskObservation, later: TaskObservation): TaskObservation {
  const changes = [...earlier.changes, ...later.changes].slice(-maxStatusChanges);
  return { ...later, task: later.task ?? earlier.task, changes };
}

/** Whether history is recorded always, or only while a client subscribes or queries. */
export type RecordingMode = 'always' | 'watched';
