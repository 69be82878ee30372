import { isDeepStrictEqual } from 'node:util';

import type { TaskResource } from '../../model/resource.js';
import { mergePartStarts, mergeStarts, observeParts, observeStart, type TaskLifecycle } from '../../model/task-lifecycle.js';
import { implausibleTimesWarnings } from '../../model/task-warning.js';
import { type Task, type TranslatedTask, withPartIds } from '../../model/task.js';
import type { SharedTask } from '../../replication/replicas.js';
import type { ListDelta, ListResponse, UntranslatedTask } from '../../sources/source.js';
import { isSameTask, type TaskDifference, type TaskDifferences } from './cache-changes.js';
import { isRecent } from './freshness.js';
import { PayloadRetention, type PayloadToKeep } from './payload-retention.js';
import { type TaskCollection, TaskIndex } from './task-index.js';

interface CacheEntry {
  readonly task: Task;
  readonly fingerprint: string;
  /** When the request for it was sent; the response to an older request never replaces that to a newer one. */
  readonly requestedAt: number;
  /** False: it was read by id on a plane that cannot list, and is not tracked. */
  readonly isListed: boolean;
}

/** What was recorded of a task before this process started. */
export interface RecordedStarts {
  /** Undefined: nothing that the cache does not know. */
  readonly observedStart: number | null | undefined;
  /** Its parts as they were recorded. */
  readonly parts: readonly TaskLifecycle[];
}

/**
 * The fingerprint of a task that another replica read. No task read here has it, so the first one read here is compared
 * in full.
 */
const noFingerprint = '';

/**
 * Tasks that were read by id and are not tracked: at most this many. The oldest entry is evicted first, whether it was
 * used or not, and listed tasks never are: that is why this is no LRU cache.
 */
const maxUnlisted = 1_000;

/**
 * The cached tasks of one source, by their ids at the plane. No task is ever modified. One that is read again unchanged
 * stays the same object, so that what was computed from it (sort orders, indexes, GraphQL results) stays valid; when it
 * was last read stands beside it.
 */
export class CachedTasks {
  readonly #entries = new Map<string, CacheEntry>();
  readonly #listed = new TaskIndex();
  readonly #payloads: PayloadRetention;
  /** When a task was last read, where that was later than the read that made the object. */
  readonly #observedAt = new WeakMap<Task, number>();
  #unlistedCount = 0;
  /**
   * When the request was sent that found a task gone, or when it was untracked; until a list that was requested later.
   */
  readonly #goneSince = new Map<string, number>();
  #differences = new Map<string, TaskDifference>();
  /** When a complete list, or a complete delta since one, last confirmed the state of all listed tasks. */
  #listConfirmedAt = -Infinity;
  #updateCount = 0;

  /** `payloadToKeep`: of the source; null where payloads are never truncated. */
  constructor(payloadToKeep: PayloadToKeep | null = null) {
    this.#payloads = new PayloadRetention(payloadToKeep);
  }

  /** The tasks of the list. */
  get listed(): TaskCollection {
    return this.#listed;
  }

  /** Another number exactly when a task came into the list, left it, or was replaced by another object. */
  get listVersion(): number {
    return this.#listed.version;
  }

  /** Another number whenever something was applied, also where it changed no task; single reads count as well. */
  get updateCount(): number {
    return this.#updateCount;
  }

  /** Ids of listed tasks that are not finished. */
  get unfinishedIds(): ReadonlySet<string> {
    return this.#listed.unfinishedIds;
  }

  get(sourceTaskId: string): Task | undefined {
    return this.#entries.get(sourceTaskId)?.task;
  }

  isListed(sourceTaskId: string): boolean {
    return this.#listed.has(sourceTaskId);
  }

  /** Whether only a part of a task's payload is still in memory. */
  isPayloadTruncated(task: Task): boolean {
    return this.#payloads.isTruncated(task);
  }

  /**
   * When a task was last read from its plane, in milliseconds since 1970; `Task.observedAt` is when it was first read
   * like this.
   */
  observedAt(task: Task): number {
    return this.#observedAt.get(task) ?? task.observedAt;
  }

  /**
   * Until when a cached task is known to be right, in milliseconds since 1970: it was read then, or a delta did not
   * mention it.
   */
  confirmedAt(task: Task): number {
    const observedAt = this.observedAt(task);
    return this.isListed(task.sourceTaskId) ? Math.max(observedAt, this.#listConfirmedAt) : observedAt;
  }

  /** When the request was sent that brought a task, or found it gone; null: nothing is known of it. */
  requestedAt(sourceTaskId: string): number | null {
    return this.#entries.get(sourceTaskId)?.requestedAt ?? this.#goneSince.get(sourceTaskId) ?? null;
  }

  /** The tasks that are part of another one, in its plane's order. */
  childrenOf(sourceTaskId: string): readonly Task[] {
    return this.#listed.childrenOf(sourceTaskId);
  }

  /** A resource as the newest task that names it describes it. */
  resource(sourceResourceId: string): TaskResource | undefined {
    return this.#listed.resource(sourceResourceId);
  }

  /** Whether the cache already holds exactly this, so that it need not be translated. */
  isUnchanged({ sourceTaskId, fingerprint }: UntranslatedTask): boolean {
    return this.#entries.get(sourceTaskId)?.fingerprint === fingerprint;
  }

  /** What changed since the last call. */
  takeDifferences(): TaskDifferences {
    const differences = this.#differences;
    this.#differences = new Map();
    return differences;
  }

  /**
   * Applies a whole list. Tasks that are not in it are gone, unless they were requested later than the list. Of a list
   * that is not complete, only those are dropped that are too old to be shown.
   */
  applyList(list: ListResponse, requestedAt: number, observedAt: number): void {
    this.#updateCount++;
    const present = new Set([...list.unchangedIds, ...list.unreadIds]);
    // Nothing was read of these: their cached state stays as old as it is.
    for (const sourceTaskId of present) this.addToList(sourceTaskId, -Infinity);
    for (const read of list.tasks) {
      present.add(read.sourceTaskId);
      this.applyRead(read, requestedAt, observedAt, true);
    }
    for (const [sourceTaskId, entry] of this.#entries) {
      if (!entry.isListed || present.has(sourceTaskId)) continue;
      if (list.isComplete) {
        if (entry.requestedAt <= requestedAt) this.markGone(sourceTaskId, requestedAt);
      } else if (!isRecent(this.confirmedAt(entry.task), observedAt)) this.#drop(sourceTaskId);
    }
    for (const [sourceTaskId, since] of this.#goneSince) if (since < requestedAt) this.#goneSince.delete(sourceTaskId);
    this.#truncatePayloads();
    if (list.isComplete) this.#listConfirmedAt = observedAt;
  }

  /** Applies what changed since a list; tasks that it does not mention are unchanged. */
  applyDelta({ goneIds, list }: ListDelta, requestedAt: number, observedAt: number): void {
    this.#updateCount++;
    for (const read of list.tasks) this.applyRead(read, requestedAt, observedAt, true);
    for (const sourceTaskId of goneIds) this.markGone(sourceTaskId, requestedAt);
    this.#truncatePayloads();
    if (list.isComplete) this.#listConfirmedAt = observedAt;
  }

  /** Applies one task as it was read. */
  applyRead(read: UntranslatedTask, requestedAt: number, observedAt: number, isListed: boolean): void {
    this.#updateCount++;
    const { sourceTaskId, fingerprint } = read;
    if ((this.requestedAt(sourceTaskId) ?? -Infinity) > requestedAt) return;
    const before = this.#entries.get(sourceTaskId);
    const task = this.#reuseOrTranslate(read, before, observedAt);
    const entry = { task, fingerprint, requestedAt, isListed: isListed || (before?.isListed ?? false) };
    if (task !== before?.task || entry.isListed !== before.isListed) this.#recordDifference(sourceTaskId, before, task, entry.isListed);
    this.#set(sourceTaskId, entry);
    if (!isListed) this.#evictUnlisted();
  }

  /** Applies what another replica read, unless it was requested here at the same time or later. */
  applyShared(shared: SharedTask): void {
    this.#updateCount++;
    const { sourceTaskId, requestedAt } = shared;
    if ((this.requestedAt(sourceTaskId) ?? -Infinity) >= requestedAt) return;
    if (shared.kind === 'gone') return this.markGone(sourceTaskId, requestedAt);
    if (shared.kind === 'untracked') return this.untrack(sourceTaskId, requestedAt - 1);
    const before = this.#entries.get(sourceTaskId);
    const received = withPartIds(shared.task);
    const isSame = before !== undefined && isSameTask(before.task, received);
    // The other replica may have seen less of the work than this one.
    const task = isSame
      ? this.#withStarts(before.task, received)
      : withStarts(received, observe(received, before?.task, received.observedAt));
    const entry = { task, fingerprint: isSame ? before.fingerprint : noFingerprint, requestedAt, isListed: shared.isListed };
    if (!isSame || entry.isListed !== before.isListed) this.#recordDifference(sourceTaskId, before, task, entry.isListed);
    if (before?.isListed === true && !entry.isListed) this.#delete(sourceTaskId);
    this.#set(sourceTaskId, entry);
    if (!entry.isListed) this.#evictUnlisted();
  }

  /** A task that becomes tracked is in the list from now on; a list that was requested earlier cannot have it. */
  addToList(sourceTaskId: string, since: number): void {
    this.#updateCount++;
    this.#goneSince.delete(sourceTaskId);
    const entry = this.#entries.get(sourceTaskId);
    if (entry === undefined) return;
    if (!entry.isListed) this.#recordDifference(sourceTaskId, entry, entry.task, true);
    this.#set(sourceTaskId, { ...entry, requestedAt: Math.max(entry.requestedAt, since), isListed: true });
  }

  /** A task that is no longer tracked is dropped; a list that was requested earlier cannot bring it back. */
  untrack(sourceTaskId: string, at: number): void {
    this.#updateCount++;
    // The next millisecond: what was requested in this one may have been requested before.
    this.#goneSince.set(sourceTaskId, at + 1);
    this.#drop(sourceTaskId);
  }

  /** The plane no longer has the task, according to a request sent at that time. */
  markGone(sourceTaskId: string, requestedAt: number): void {
    this.#updateCount++;
    const before = this.#entries.get(sourceTaskId);
    if (before !== undefined && before.requestedAt > requestedAt) return;
    this.#recordDifference(sourceTaskId, before, null, false);
    if (before !== undefined) this.#goneSince.set(sourceTaskId, requestedAt);
    this.#delete(sourceTaskId);
  }

  /**
   * Corrects when tasks and their parts began to run, by what was recorded before this process started. That is no difference, because
   * the planes say nothing else.
   */
  correctStarts(starts: ReadonlyMap<string, RecordedStarts>): void {
    for (const [sourceTaskId, { observedStart, parts: recordedParts }] of starts) {
      const entry = this.#entries.get(sourceTaskId);
      if (entry === undefined) continue;
      const { task } = entry;
      const parts = mergePartStarts(task.parts, observeParts(task.id, task.parts, recordedParts, task.changedAt));
      const corrected = { ...task, ...(observedStart === undefined ? {} : { observedStart }), parts };
      if (isDeepStrictEqual(task, corrected)) continue;
      this.#updateCount++;
      this.#set(sourceTaskId, { ...entry, task: { ...corrected, observedAt: this.observedAt(task) } });
    }
  }

  /** The cached task with what another observer saw of its start; the same object where that adds nothing. */
  #withStarts(task: Task, other: TranslatedTask): Task {
    const merged = withStarts(task, other);
    return isDeepStrictEqual(task, merged) ? task : { ...merged, observedAt: this.observedAt(task) };
  }

  /** Removes a task of which nothing more will be known here; whether the plane still has it is not said. */
  #drop(sourceTaskId: string): void {
    const before = this.#entries.get(sourceTaskId);
    if (before !== undefined) this.#recordDifference(sourceTaskId, before, before.task, false);
    this.#delete(sourceTaskId);
  }

  /**
   * The cached object where the plane says the same of the task, a new one otherwise. Unlike `isSameTask`, this also
   * compares the warnings that the gateway adds itself: a different one is no change of the task, but it must be shown.
   */
  #reuseOrTranslate(read: UntranslatedTask, before: CacheEntry | undefined, observedAt: number): Task {
    if (before?.fingerprint === read.fingerprint) return this.#confirm(before.task, observedAt);
    const translated = withTimeWarnings(observe(read.translate(), before?.task, observedAt));
    const task = { ...translated, changedAt: observedAt, observedAt };
    if (before === undefined) return task;
    // The fingerprint also differs when the plane sends the same fields in another order.
    const { changedAt, observedAt: firstObservedAt } = before.task;
    const isSame = isDeepStrictEqual(before.task, { ...translated, changedAt, observedAt: firstObservedAt });
    return isSame ? this.#confirm(before.task, observedAt) : task;
  }

  #confirm(task: Task, observedAt: number): Task {
    this.#observedAt.set(task, observedAt);
    return task;
  }

  /** Several changes between two calls of `takeDifferences` become one: from the first state to the last. */
  #recordDifference(
    sourceTaskId: string,
    entry: Pick<CacheEntry, 'task' | 'isListed'> | undefined,
    after: Task | null,
    isListed: boolean,
  ): void {
    const earlier = this.#differences.get(sourceTaskId);
    const before = earlier === undefined ? (entry?.task ?? null) : earlier.before;
    const wasListed = earlier === undefined ? (entry?.isListed ?? false) : earlier.wasListed;
    this.#differences.set(sourceTaskId, { before, after, wasListed, isListed });
  }

  #set(sourceTaskId: string, entry: CacheEntry): void {
    if (this.#entries.get(sourceTaskId)?.isListed === false) this.#unlistedCount--;
    if (!entry.isListed) this.#unlistedCount++;
    this.#entries.set(sourceTaskId, entry);
    if (!entry.isListed) return;
    this.#listed.put(entry.task);
    this.#payloads.record(entry.task);
  }

  #delete(sourceTaskId: string): void {
    if (this.#entries.get(sourceTaskId)?.isListed === false) this.#unlistedCount--;
    this.#entries.delete(sourceTaskId);
    this.#listed.remove(sourceTaskId);
    this.#payloads.forget(sourceTaskId);
  }

  /** A truncated task is no difference: no field of it says anything else. */
  #truncatePayloads(): void {
    for (const { task, payload } of this.#payloads.truncateOldest()) {
      const entry = this.#entries.get(task.sourceTaskId);
      if (entry !== undefined) this.#set(task.sourceTaskId, { ...entry, task: { ...task, observedAt: this.observedAt(task), payload } });
    }
  }

  #evictUnlisted(): void {
    for (const [sourceTaskId, { isListed }] of this.#entries) {
      if (this.#unlistedCount <= maxUnlisted) return;
      if (!isListed) this.#delete(sourceTaskId);
    }
  }
}

/** The task with what its earlier state tells about the start of its work. */
function observe(task: TranslatedTask, before: Task | undefined, at: number): TranslatedTask {
  const observedStart = observeStart(before, task, at);
  const parts = observeParts(task.id, task.parts, before?.parts, at);
  return observedStart === undefined ? { ...task, parts } : { ...task, parts, observedStart };
}

/** The task with the starts that this or, where it lacks them, the other observer of the same state saw. */
function withStarts(task: Task, other: TranslatedTask): Task {
  return { ...task, ...mergeStarts(task, other), parts: mergePartStarts(task.parts, other.parts) };
}

/** The same task where its times can be right. */
function withTimeWarnings(task: TranslatedTask): TranslatedTask {
  const warnings = implausibleTimesWarnings(task);
  return warnings.length === 0 ? task : { ...task, warnings: [...task.warnings, ...warnings] };
}
