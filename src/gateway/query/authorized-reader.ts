import { setImmediate } from 'node:timers/promises';

import { BadUserInputError } from '../../model/errors.js';
import { formatSourceId } from '../../model/global-id.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TaskSourceHealth } from '../../model/source-health.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TaskSource } from '../../model/task-source.js';
import type { Task } from '../../model/task.js';
import type { Caller } from '../access/caller.js';
import type { Freshness } from '../cache/freshness.js';
import { createOverdueError } from '../cache/list-reads.js';
import type { Snapshot } from '../cache/snapshot.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { CreationWindow, ForgottenList, ForgottenTasks } from '../history/forgotten-tasks.js';
import { createLoaders, type Loaders, type TaskKey } from './loaders.js';
import {
  type Brought,
  describeChildren,
  describeList,
  describeListState,
  describeTask,
  type LoggedRead,
  type ReadLog,
} from './read-log.js';

/** How old data may be, and how long it is waited for, in milliseconds, as the section `reads` of the configuration says. */
export interface ReadSettings {
  /** For a query that does not say `maxAgeMs`. */
  readonly maxAgeMs: number;
  /** For every query: a smaller `maxAgeMs` counts as this one. In the configuration it is `reads.minAgeMs`. */
  readonly maxAgeFloorMs: number;
  /** How long a list of several sources waits for each of them. */
  readonly waitMs: number;
}

interface AuthorizedReaderOptions {
  /** By source name, in the order of the configuration. */
  readonly caches: ReadonlyMap<string, SourceCache>;
  readonly caller: Caller;
  /** When the operation arrived, in milliseconds since 1970. */
  readonly operationStartedAt: number;
  /** When its turn came, in milliseconds since 1970. */
  readonly executedAt: number;
  readonly reads: ReadSettings;
  readonly forgotten: ForgottenTasks;
}

/**
 * Reads for one caller and one operation. Every read goes through it, so the right to read is checked here and nowhere
 * else.
 */
export class AuthorizedReader {
  readonly #options: AuthorizedReaderOptions;
  readonly #loaders = new Map<string, Loaders>();
  /** By source name: the strictest max-age that this operation has asked for, in milliseconds. */
  readonly #strictestMaxAgeMs = new Map<string, number>();
  /** By source name: the reads that this operation has started. */
  readonly #startedReads = new Map<string, Promise<unknown>[]>();
  /** Names of the sources that this operation waits for until their read ends, because nothing is known of them yet. */
  readonly #firstWaits = new Set<string>();
  /** By source name: a list of this operation has stopped waiting for it, so what belongs to its tasks is not waited for either. */
  readonly #overdue = new Map<string, SourceProblemError>();
  /** Lists that this operation has read, in the order in which it did; `restart` explains what for. */
  readonly #snapshots = new RepeatedReads<Promise<Snapshot>>();
  #log: ReadLog | null = null;

  constructor(options: AuthorizedReaderOptions) {
    this.#options = options;
  }

  /** The moment that an answer is about, in milliseconds since 1970. */
  get executedAt(): number {
    return this.#options.executedAt;
  }

  /**
   * The operation is executed anew, from its beginning: it gets what it has read so far and sends no request again. Single tasks, parents
   * and payloads are remembered by their loaders; of lists, the same calls get the same snapshots.
   */
  restart(): void {
    this.#strictestMaxAgeMs.clear();
    this.#overdue.clear();
    this.#snapshots.restart();
  }

  /** Logs the reads of the operation from now on. */
  logReads(log: ReadLog): void {
    this.#log = log;
  }

  /** The answer depends on the time of this operation. */
  noteMoment(): void {
    this.#log?.recordUnrepeatable();
  }

  /**
   * Reads what an earlier operation of the same kind has read, so that `restart` finds it. It never rejects.
   *
   * @returns null where it cannot be compared with what that operation got.
   */
  async repeat(read: LoggedRead): Promise<Brought | null> {
    const { cache } = read;
    try {
      switch (read.kind) {
        case 'list':
          return describeList(cache, this.freshness(read.maxAgeMs), await this.#readList(cache, read.maxAgeMs, read.isMerged));
        case 'task':
          return describeTask(cache, read.maxAgeMs, await this.#readTask(cache, read));
        case 'children':
          return describeChildren(await this.#readListedChildren(cache, read.parentId));
        case 'fresh list':
          return describeListState(cache, this.inheritedFreshness(cache));
      }
    } catch {
      return null;
    }
  }

  /** The sources that the caller may read, in the order of the configuration. */
  caches(): readonly SourceCache[] {
    return [...this.#options.caches.values()].filter((cache) => this.#options.caller.may('read', cache.source.name));
  }

  /** Null when there is no such source, or the caller may not read it. */
  cache(sourceName: string): SourceCache | null {
    const cache = this.#options.caches.get(sourceName);
    return cache !== undefined && this.#options.caller.may('read', sourceName) ? cache : null;
  }

  /**
   * All tasks of a source; it never rejects.
   *
   * @param isMerged whether the tasks are for a list of several sources, which waits for each of them so long as the
   *   configuration says. Otherwise, and with a `maxAgeMs` of 0, the deadline of the source is waited for.
   */
  snapshot(cache: SourceCache, maxAgeMs: number | null | undefined, isMerged: boolean): Promise<Snapshot> {
    const read = this.#readList(cache, maxAgeMs, isMerged);
    this.#log?.record(
      { kind: 'list', cache, maxAgeMs, isMerged },
      read.then((snapshot) => describeList(cache, this.freshness(maxAgeMs), snapshot)),
    );
    return read;
  }

  /**
   * Null when there is no such task, or it may not be read; rejects with a SourceProblemError when it cannot be read.
   */
  async task(sourceName: string, sourceTaskId: string, maxAgeMs?: number | null): Promise<Task | null> {
    const { maxAgeMs: allowed } = this.freshness(maxAgeMs);
    const cache = this.cache(sourceName);
    if (cache === null) return null;
    const key = { sourceTaskId, maxAgeMs: allowed };
    const read = this.#readTask(cache, key);
    this.#log?.record(
      { kind: 'task', cache, ...key },
      read.then((task) => describeTask(cache, allowed, task)),
    );
    return read;
  }

  /** The tasks that are part of another one, in the plane's order: at once where the list has them. */
  readChildren(task: Task): readonly Task[] | Promise<readonly Task[]> {
    const cache = this.cache(task.sourceName);
    if (cache === null) return noTasks;
    if (task.isForgotten === true) return this.#readForgottenChildren(cache, task);
    const overdue = this.#overdue.get(task.sourceName);
    if (overdue !== undefined) return cache.staleChildrenOf(task.sourceTaskId, overdue);
    if (cache.source.readChildren === undefined) {
      this.#log?.recordList(cache);
      return cache.cachedChildrenOf(task.sourceTaskId);
    }
    const freshness = this.inheritedFreshness(cache);
    if (cache.hasFreshList(freshness)) {
      this.#log?.recordFreshList(cache, describeListState(cache, freshness));
      return cache.cachedChildrenOf(task.sourceTaskId);
    }
    const parentId = task.sourceTaskId;
    const read = this.#readListedChildren(cache, parentId);
    this.#log?.record({ kind: 'children', cache, parentId }, read.then(describeChildren));
    return read;
  }

  /** Null when the task has no parent, or the parent is not known or could not be read. */
  async readParent(task: Task): Promise<Task | null> {
    const cache = task.parentTaskId === null ? null : this.cache(task.sourceName);
    if (cache === null || task.parentTaskId === null) return null;
    const overdue = this.#overdue.get(task.sourceName);
    if (overdue !== undefined) return cache.staleTask(task.parentTaskId, overdue);
    const freshness = this.inheritedFreshness(cache);
    if (cache.hasFreshList(freshness)) {
      if (cache.isListed(task.parentTaskId)) this.#log?.recordFreshList(cache, describeListState(cache, freshness));
      else this.#log?.recordUnrepeatable();
      return cache.cachedTask(task.parentTaskId) ?? this.#options.forgotten.find(cache.source, task.parentTaskId);
    }
    try {
      return await this.task(task.sourceName, task.parentTaskId, freshness.maxAgeMs);
    } catch (error) {
      if (error instanceof SourceProblemError) return null;
      throw error;
    }
  }

  /** What the plane sent of a task; null where it sent nothing, or nothing of it is left. */
  readPayload(task: Task): JsonObject | null | Promise<JsonObject | null> {
    const cache = this.cache(task.sourceName);
    if (cache === null || !cache.isPayloadTruncated(task)) return task.payload;
    this.#log?.recordUnrepeatable();
    return this.#trackRead(cache, this.#loadersFor(cache).payloads.load(task.sourceTaskId));
  }

  /** Tasks of a source that its plane no longer has. */
  forgotten({ source }: SourceCache, window: CreationWindow): Promise<ForgottenList> {
    this.#log?.recordUnrepeatable();
    return this.#options.forgotten.list(source, window);
  }

  describeSource(cache: SourceCache): TaskSource {
    const { name, kind, displayName, capabilities } = cache.source;
    return { __typename: 'TaskSource', id: formatSourceId(name), name, kind, displayName, capabilities };
  }

  /** How fresh data must be; null and absent are the configured default. */
  freshness(maxAgeMs?: number | null): Freshness {
    if (maxAgeMs != null && maxAgeMs < 0) throw new BadUserInputError(`maxAgeMs is 0 or more milliseconds; it was ${maxAgeMs}.`);
    const { reads, operationStartedAt } = this.#options;
    return { operationStartedAt, maxAgeMs: Math.max(maxAgeMs ?? reads.maxAgeMs, reads.maxAgeFloorMs) };
  }

  /**
   * How fresh the parents, subtasks and resources of a source must be: as fresh as its other data in this operation, so
   * nothing is read twice.
   */
  inheritedFreshness({ source }: SourceCache): Freshness {
    return {
      operationStartedAt: this.#options.operationStartedAt,
      maxAgeMs: this.#strictestMaxAgeMs.get(source.name) ?? this.freshness().maxAgeMs,
    };
  }

  /**
   * The health of a source after all reads of it in this operation, whatever the order of the fields; it starts no
   * read. Null when there is no such source, or the caller may not read it.
   */
  async healthAfterReads(sourceName: string): Promise<TaskSourceHealth | null> {
    this.#log?.recordUnrepeatable();
    const reads = this.#readsOf(sourceName);
    let awaited = -1;
    while (awaited < reads.length) {
      awaited = reads.length;
      await Promise.allSettled(reads);
      // graphql-js resolves the sibling fields, and the fields below what was just read, before the next turn of the
      // event loop.
      await setImmediate();
    }
    return this.cache(sourceName)?.health() ?? null;
  }

  async #readList(cache: SourceCache, maxAgeMs: number | null | undefined, isMerged: boolean): Promise<Snapshot> {
    const freshness = this.#requireFreshness(cache, maxAgeMs);
    const isPatient = !isMerged || maxAgeMs === 0 || freshness.maxAgeMs === 0;
    const key = `${cache.source.name} ${freshness.maxAgeMs} ${isPatient}`;
    const snapshot = await this.#snapshots.getOrRead(key, () =>
      this.#trackRead(cache, cache.list(freshness, this.#waitMs(cache, isPatient))),
    );
    if (snapshot.kind !== 'answered' && snapshot.isOverdue) this.#overdue.set(cache.source.name, createOverdueError());
    return snapshot;
  }

  #readTask(cache: SourceCache, { sourceTaskId, maxAgeMs }: TaskKey): Promise<Task | null> {
    const key = { sourceTaskId, maxAgeMs: this.#requireFreshness(cache, maxAgeMs).maxAgeMs };
    return this.#trackRead(cache, this.#loadersFor(cache).tasks.load(key));
  }

  #readListedChildren(cache: SourceCache, parentId: string): Promise<readonly Task[]> {
    return this.#trackRead(cache, this.#loadersFor(cache).children.load(parentId));
  }

  async #readForgottenChildren(cache: SourceCache, task: Task): Promise<readonly Task[]> {
    this.#log?.recordUnrepeatable();
    return [...cache.cachedChildrenOf(task.sourceTaskId), ...(await this.#options.forgotten.children(task))];
  }

  /** Null: until the read ends. */
  #waitMs(cache: SourceCache, isPatient: boolean): number | null {
    const { name } = cache.source;
    if (this.#overdue.has(name)) return 0;
    if (isPatient || this.#firstWaits.has(name)) return null;
    if (!cache.takeFirstWait()) return this.#options.reads.waitMs;
    this.#firstWaits.add(name);
    return null;
  }

  #readsOf(sourceName: string): Promise<unknown>[] {
    const reads = this.#startedReads.get(sourceName) ?? [];
    this.#startedReads.set(sourceName, reads);
    return reads;
  }

  #trackRead<T>({ source }: SourceCache, read: Promise<T>): Promise<T> {
    this.#readsOf(source.name).push(read);
    return read;
  }

  #requireFreshness({ source: { name } }: SourceCache, maxAgeMs: number | null | undefined): Freshness {
    const freshness = this.freshness(maxAgeMs);
    this.#strictestMaxAgeMs.set(name, Math.min(freshness.maxAgeMs, this.#strictestMaxAgeMs.get(name) ?? Infinity));
    return freshness;
  }

  #loadersFor(cache: SourceCache): Loaders {
    const { name } = cache.source;
    const loaders =
      this.#loaders.get(name) ??
      createLoaders(cache, {
        operationStartedAt: this.#options.operationStartedAt,
        forgotten: this.#options.forgotten,
        inheritedFreshness: () => this.inheritedFreshness(cache),
        overdue: () => this.#overdue.get(name) ?? null,
      });
    this.#loaders.set(name, loaders);
    return loaders;
  }
}

/** Reads of one execution, which another one of the same operation repeats in the same order. */
class RepeatedReads<Read> {
  readonly #reads = new Map<string, Read[]>();
  /** By key: how many of its reads the current execution has requested. */
  #requested = new Map<string, number>();

  restart(): void {
    this.#requested = new Map();
  }

  getOrRead(key: string, read: () => Read): Read {
    const index = this.#requested.get(key) ?? 0;
    this.#requested.set(key, index + 1);
    const reads = this.#reads.get(key) ?? [];
    this.#reads.set(key, reads);
    return (reads[index] ??= read());
  }
}

/** The same array each time: what was computed from it is kept. */
const noTasks: readonly Task[] = [];
