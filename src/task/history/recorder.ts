import { setImmediate } from 'node:timers/promises';

import type { View } from '../read/view/view.js';
import type { Cancel, Scheduler } from '../watch/scheduler.js';
import type { History } from './history.js';
import { SeenTasks } from './seen-tasks.js';

export interface RecorderOptions {
  readonly history: History;
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
const shortestPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * Writes what views see to the history, behind them: nobody who reads waits for it, and when it fails nobody but the log is told.
 * What could not be written waits in memory and is tried again.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #seen = new SeenTasks();
  /** Views whose kept tasks have yet to be compared with what their planes have: some may have gone while no gateway ran. */
  readonly #unlike = new Set<View>();
  #underWay: Promise<void> | null = null;
  #failures = 0;
  #pause: Cancel | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Records what a view sees from now on. */
  follow(view: View): void {
    const { name, capabilities } = view.source;
    let isCompared = false;
    view.changes.listen({
      seen: (differences) => {
        for (const [localId, difference] of differences) {
          if (!capabilities.list && difference.after !== null && !difference.isListed) this.#seen.drop(name, localId);
          else this.#seen.see(name, localId, difference, this.#options.now());
        }
        this.#begin();
      },
      listed: (isWhole) => {
        if (!isWhole || isCompared) return;
        isCompared = true;
        this.#unlike.add(view);
        this.#begin();
      },
    });
  }

  /** Resolves when what was seen until now is recorded, or could not be. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  /** Tries a last time to write what waits. */
  async close(): Promise<void> {
    this.#stopWaiting();
    this.#begin();
    await this.#underWay;
    this.#stopWaiting();
  }

  #begin(): void {
    if (this.#underWay !== null || this.#pause !== null || (this.#seen.size === 0 && this.#unlike.size === 0)) return;
    this.#underWay = this.#write().finally(() => {
      this.#underWay = null;
    });
  }

  async #write(): Promise<void> {
    try {
      for (;;) {
        for (const view of this.#unlike) await this.#compare(view);
        if (this.#seen.size === 0) break;
        await setImmediate();
        await this.#writeSome();
      }
      this.#failures = 0;
    } catch (error) {
      this.#options.report(error);
      this.#wait();
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

  async #compare(view: View): Promise<void> {
    const { history, trackedIds, now } = this.#options;
    const { name, capabilities } = view.source;
    const kept = await history.presentIds(name);
    // Of a plane that cannot list, only what it was asked for can be missing.
    const asked = capabilities.list ? null : new Set(await trackedIds(name));
    for (const localId of kept) {
      if (view.known(localId) === undefined && asked?.has(localId) !== false) this.#seen.miss(name, localId, now());
    }
    this.#unlike.delete(view);
  }

  #stopWaiting(): void {
    this.#pause?.();
    this.#pause = null;
  }

  #wait(): void {
    const pauseMs = Math.min(shortestPauseMs * 2 ** this.#failures, longestPauseMs);
    this.#failures += 1;
    this.#pause = this.#options.scheduler.after(pauseMs, () => {
      this.#pause = null;
      this.#begin();
    });
  }
}
