import { type Scheduler, sleep } from '../../lib/scheduler.js';
import type { TaskActionOutcome } from '../../model/action.js';
import { parseGlobalId } from '../../model/global-id.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { Source } from '../../sources/source.js';
import type { Caller } from '../access/caller.js';
import { type Freshness, isStale } from '../cache/freshness.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { TaskReadResult } from '../cache/task-reads.js';
import type { ForgottenTasks } from '../history/forgotten-tasks.js';

/** Where a task lives. */
export interface TaskLocation {
  readonly cache: SourceCache;
  readonly sourceTaskId: string;
  /**
   * Whether callers send their own tokens of this source: then the right to read it does not prove that its plane lets
   * them.
   */
  readonly usesCallerTokens: boolean;
}

interface ActionTaskReaderOptions {
  /** By source name. */
  readonly caches: ReadonlyMap<string, SourceCache>;
  readonly caller: Caller;
  readonly forgotten: ForgottenTasks;
  readonly usesCallerTokens: (sourceName: string) => boolean;
  /** How old data may be that an action is decided by, in milliseconds. */
  readonly maxAgeMs: number;
  readonly now: () => number;
  readonly scheduler: Scheduler;
}

/** Milliseconds before the second and the third read after a lost response. Short, as the client waits. */
const rereadPausesMs = [100, 400];

/** Locates and reads the tasks that one caller acts on. */
export class ActionTaskReader {
  readonly #options: ActionTaskReaderOptions;

  constructor(options: ActionTaskReaderOptions) {
    this.#options = options;
  }

  /** The source of a task that has been read; undefined when it is not configured. */
  sourceOf({ sourceName }: Task): Source | undefined {
    return this.#options.caches.get(sourceName)?.source;
  }

  /**
   * The status of a task, and when it was last read from its plane: `Task.observedAt` is when it was first read like
   * this.
   */
  lastObserved(task: Task): Pick<Task, 'id' | 'status' | 'observedAt'> {
    const { id, status, sourceName } = task;
    return { id, status, observedAt: this.#options.caches.get(sourceName)?.observedAt(task) ?? task.observedAt };
  }

  /** Null when there is no such source, or the caller may not read it. */
  findCache(sourceName: string): SourceCache | null {
    const { caller, caches } = this.#options;
    return caller.may('read', sourceName) ? (caches.get(sourceName) ?? null) : null;
  }

  /** Null when the id is not that of a task of a source that the caller may read. */
  locate(taskId: string): TaskLocation | null {
    const id = parseGlobalId(taskId);
    if (id?.kind !== 'task') return null;
    const cache = this.findCache(id.sourceName);
    if (cache === null) return null;
    return { cache, sourceTaskId: id.sourceTaskId, usesCallerTokens: this.#options.usesCallerTokens(id.sourceName) };
  }

  /** How fresh data must be that an action is decided by. */
  freshness(): Freshness {
    return { operationStartedAt: this.#options.now(), maxAgeMs: this.#options.maxAgeMs };
  }

  /** Reads the task to decide about an action; cached data will do while it is fresh. */
  read(location: TaskLocation): Promise<TaskReadResult> {
    return this.#options.maxAgeMs === 0 ? this.readNow(location) : this.#read(location, this.freshness());
  }

  /**
   * Reads the task from its plane. A read that began in the same millisecond may be older than the action, so it will
   * not do.
   */
  readNow(location: TaskLocation): Promise<TaskReadResult> {
    return this.#read(location, { operationStartedAt: this.#options.now() + 1, maxAgeMs: 0 });
  }

  /** Reads several tasks with the fewest requests, so that `read` finds each of them in the cache. */
  async prefetch(taskIds: readonly string[]): Promise<void> {
    const idsByCache = new Map<SourceCache, string[]>();
    for (const { cache, sourceTaskId } of taskIds.flatMap((id) => this.locate(id) ?? [])) {
      idsByCache.set(cache, [...(idsByCache.get(cache) ?? []), sourceTaskId]);
    }
    const freshness = this.freshness();
    await Promise.all([...idsByCache].map(([cache, ids]) => cache.read(ids, freshness)));
  }

  /**
   * Reads the task after an action. When the outcome is unknown, it is read up to three times within the timeout of one
   * request, until a read shows the effect.
   */
  async readAfterAction(location: TaskLocation, before: Task, outcome: TaskActionOutcome): Promise<TaskReadResult> {
    const { now, scheduler } = this.#options;
    const deadline = now() + location.cache.source.timeoutMs;
    let result = await this.readNow(location);
    if (outcome !== 'UNKNOWN') return result;
    for (const pauseMs of rereadPausesMs) {
      if (isConclusive(result, before) || now() + pauseMs >= deadline) break;
      await sleep(pauseMs, scheduler);
      result = preferObserved(await this.readNow(location), result);
    }
    return result;
  }

  async #read({ cache, sourceTaskId }: TaskLocation, freshness: Freshness): Promise<TaskReadResult> {
    const results = await cache.read([sourceTaskId], freshness);
    return this.#options.forgotten.replaceIfForgotten(cache.source, sourceTaskId, results.get(sourceTaskId) ?? null);
  }
}

/** The task as its plane reported it, which shows the effect of an action; null for an error, stale data or no task. */
export function selectObserved(result: TaskReadResult): Task | null {
  return result === null || result instanceof SourceProblemError || isStale(result) ? null : result;
}

/** Whether another read can add nothing: the task is gone, or its status differs from the one before the action. */
function isConclusive(result: TaskReadResult, before: Task): boolean {
  const observed = selectObserved(result);
  return result === null || (observed !== null && observed.status !== before.status);
}

/** The later result, unless only the earlier one shows the task as its plane has it. */
function preferObserved(later: TaskReadResult, earlier: TaskReadResult): TaskReadResult {
  return later !== null && selectObserved(later) === null && selectObserved(earlier) !== null ? earlier : later;
}
