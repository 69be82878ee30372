import type { Task } from '../../model/task.js';
import type { Freshness } from '../cache/freshness.js';
import type { Snapshot } from '../cache/snapshot.js';
import type { SourceCache } from '../cache/source-cache.js';

/** What one operation read, with all that decides how it is read: repeated in another operation of the same kind, it is the same read. */
export type LoggedRead =
  | { readonly kind: 'list'; readonly cache: SourceCache; readonly maxAgeMs: number | null | undefined; readonly isMerged: boolean }
  | { readonly kind: 'task'; readonly cache: SourceCache; readonly sourceTaskId: string; readonly maxAgeMs: number }
  /** The tasks that are part of another one, where they are not taken from a fresh list. */
  | { readonly kind: 'children'; readonly cache: SourceCache; readonly parentId: string }
  /** That the list is fresh, so that parents and children are taken from it. */
  | { readonly kind: 'fresh list'; readonly cache: SourceCache };

/** What a read brought. */
export interface Brought {
  /** Equal one by one (===) where two reads brought the same. */
  readonly values: readonly unknown[];
  /** Until when the cache answers the same read, in milliseconds since 1970; -Infinity where its plane or the store may be asked. */
  readonly freshUntil: number;
  /** Whether a list was read and not taken from the cache, so that the answer may say how long that took. */
  readonly hasLatency?: boolean;
}

interface LogEntry {
  readonly read: LoggedRead;
  /** The reads of one wave were started before any of them had ended. */
  readonly wave: number;
  /** Undefined while the read is under way; null: what it brought cannot be compared. */
  brought: Brought | null | undefined;
}

/** A read, and what it brought. */
export interface EndedRead {
  readonly read: LoggedRead;
  readonly brought: Brought;
}

/** All that an operation read. Another operation that brings the same in each wave has the same answer. */
export interface OperationReads {
  readonly waves: readonly (readonly EndedRead[])[];
  /** The version of each list that was looked at. */
  readonly listVersions: ReadonlyMap<SourceCache, number>;
  /** How often each cache had been read when it first answered. */
  readonly readCounts: ReadonlyMap<SourceCache, number>;
}

/**
 * Logs the reads of one operation, so that another one can tell whether its answer would be the same. Where the operation is executed
 * twice, it logs both: the second execution may use what the first one has computed from its reads.
 */
export class ReadLog {
  readonly #entries: LogEntry[] = [];
  #wave = 0;
  #hasWaveEnded = false;
  #isRepeatable = true;
  readonly #listVersions = new Map<SourceCache, number>();
  readonly #readCounts = new Map<SourceCache, number>();
  readonly #freshLists = new Set<SourceCache>();

  /** Logs a read that has just been started. `brought` resolves to null, or rejects, where what it brings cannot be compared. */
  record(read: LoggedRead, brought: Promise<Brought | null>): void {
    if (this.#hasWaveEnded) {
      this.#wave += 1;
      this.#hasWaveEnded = false;
    }
    const entry: LogEntry = { read, wave: this.#wave, brought: undefined };
    this.#entries.push(entry);
    const end = (result: Brought | null): void => {
      entry.brought = result;
      this.#hasWaveEnded = true;
      if (read.kind === 'list') this.recordList(read.cache);
      else this.#noteReadCount(read.cache);
    };
    brought.then(end, () => end(null));
  }

  /** Children or parents are taken from the list of a source, which is fresh now. */
  recordFreshList(cache: SourceCache, state: Brought): void {
    this.recordList(cache);
    if (this.#freshLists.has(cache)) return;
    this.#freshLists.add(cache);
    this.record({ kind: 'fresh list', cache }, Promise.resolve(state));
  }

  /** The answer depends on the tasks of a source's list, as they are now. */
  recordList(cache: SourceCache): void {
    this.#noteReadCount(cache);
    const version = this.#listVersions.get(cache);
    if (version === undefined) this.#listVersions.set(cache, cache.listVersion);
    else if (version !== cache.listVersion) this.#isRepeatable = false;
  }

  /** The answer depends on what no later operation can compare, such as the time, the store, or a plane that fails. */
  recordUnrepeatable(): void {
    this.#isRepeatable = false;
  }

  /** What was read, once the operation is answered; null where another operation cannot tell whether it reads the same. */
  finish(): OperationReads | null {
    if (!this.#isRepeatable || !areListsUnchanged(this.#listVersions)) return null;
    const waves: EndedRead[][] = [];
    for (const { read, wave, brought } of this.#entries) {
      if (brought == null) return null;
      (waves[wave] ??= []).push({ read, brought });
    }
    return { waves, listVersions: this.#listVersions, readCounts: this.#readCounts };
  }

  #noteReadCount(cache: SourceCache): void {
    if (!this.#readCounts.has(cache)) this.#readCounts.set(cache, cache.readCount);
  }
}

/** Whether the tasks of lists are those that an operation saw. */
export function areListsUnchanged(listVersions: OperationReads['listVersions']): boolean {
  for (const [cache, version] of listVersions) if (cache.listVersion !== version) return false;
  return true;
}

/** A list that is complete, without problems: of others, tasks may be shown as stale, which depends on more than the tasks. */
export function describeList(cache: SourceCache, { maxAgeMs }: Freshness, snapshot: Snapshot): Brought | null {
  if (snapshot.kind !== 'answered' || !snapshot.isComplete || snapshot.problem !== null) return null;
  return {
    values: [cache.listVersion, snapshot.malformedCount],
    freshUntil: maxAgeMs === 0 ? -Infinity : snapshot.observedAt + maxAgeMs,
    hasLatency: snapshot.latencyMs !== null,
  };
}

/** By task: what stands for it in a log. Kept answers have logs, and must not keep tasks in memory that have been replaced since. */
const marks = new WeakMap<Task, object>();

/** The same object for the same task alone. */
function findMark(task: Task): object {
  const mark = marks.get(task) ?? {};
  marks.set(task, mark);
  return mark;
}

/** A task as it is cached, or that there is none, which only the plane and the store know. One that is stale or forgotten is no such task. */
export function describeTask(cache: SourceCache, maxAgeMs: number, task: Task | null): Brought | null {
  if (task === null) return { values: [null], freshUntil: -Infinity };
  return cache.cachedTask(task.sourceTaskId) === task
    ? { values: [findMark(task)], freshUntil: cache.taskFreshUntil(task, maxAgeMs) }
    : null;
}

export function describeChildren(children: readonly Task[]): Brought {
  return { values: children.map(findMark), freshUntil: -Infinity };
}

export function describeListState(cache: SourceCache, freshness: Freshness): Brought {
  return { values: [cache.hasFreshList(freshness)], freshUntil: cache.listFreshUntil(freshness.maxAgeMs) };
}
