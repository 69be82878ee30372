import { isDeepStrictEqual } from 'node:util';

import { copyMapInSteps, type Steps } from '../../lib/slices.js';
import { type Task, type TranslatedTask, withPartIds } from '../../model/task.js';
import type { SharedTask } from '../../replication/replicas.js';
import type { UntranslatedTask } from '../../sources/source.js';
import { DifferenceLog, isSameTask } from './cache-changes.js';
import { isRecent } from './freshness.js';
import type { ComparedTable, ListChanges, ReadTimes } from './list-changes.js';
import { correctTaskStarts, observeShared, type RecordedStarts, translateObserved, withStarts } from './observed-tasks.js';
import { PayloadRetention, type PayloadToKeep } from './payload-retention.js';
import { TaskIndex } from './task-index.js';

/** A cached task. That it was read again unchanged modifies the entry; every other change replaces it. */
interface CacheEntry {
  readonly task: Task;
  readonly fingerprint: string;
  /** Of its last read; all tasks of one list share them. The response to an older request never replaces that to a newer one. */
  times: Readonly<ReadTimes>;
  /** False: it was read by id on a plane that cannot list, and is not tracked. */
  readonly isListed: boolean;
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
 * The cached tasks of one source, by their ids at the plane, and the rules by which what was read replaces what is cached.
 * No task is ever modified.
 */
export class TaskTable implements ComparedTable {
  /** When a task that was replaced or removed was last read, where that was later than the read that made the object. */
  readonly #formerlyObservedAt: WeakMap<Task, number>;
  readonly #entries: Map<string, CacheEntry>;
  readonly #listed: TaskIndex;
  readonly #payloads: PayloadRetention;
  #unlistedCount: number;
  /**
   * When the request was sent that found a task gone, or when it was untracked; until a list that was requested later.
   */
  readonly #goneSince: Map<string, number>;
  readonly #differences = new DifferenceLog();
  /** When a complete list, or a complete delta since one, last confirmed the state of all listed tasks. */
  #listConfirmedAt: number;

  private constructor({ formerlyObservedAt, entries, listed, payloads, unlistedCount, goneSince, listConfirmedAt }: TableContent) {
    this.#formerlyObservedAt = formerlyObservedAt;
    this.#entries = entries;
    this.#listed = listed;
    this.#payloads = payloads;
    this.#unlistedCount = unlistedCount;
    this.#goneSince = goneSince;
    this.#listConfirmedAt = listConfirmedAt;
  }

  /** `payloadToKeep`: of the source; null where payloads are never truncated. */
  static create(payloadToKeep: PayloadToKeep | null): TaskTable {
    return new TaskTable({
      formerlyObservedAt: new WeakMap(),
      entries: new Map(),
      listed: new TaskIndex(),
      payloads: new PayloadRetention(payloadToKeep),
      unlistedCount: 0,
      goneSince: new Map(),
      listConfirmedAt: -Infinity,
    });
  }

  /** The same tasks in a table of its own. What changes this one meanwhile must be repeated on the copy. */
  *copyInSteps(): Steps<TaskTable> {
    const entries = yield* copyMapInSteps(this.#entries);
    const goneSince = yield* copyMapInSteps(this.#goneSince);
    const copy = new TaskTable({
      formerlyObservedAt: this.#formerlyObservedAt,
      entries: new Map(),
      listed: new TaskIndex(),
      payloads: this.#payloads.createEmpty(),
      unlistedCount: 0,
      goneSince,
      listConfirmedAt: this.#listConfirmedAt,
    });
    for (const [sourceTaskId, entry] of entries) {
      copy.#set(sourceTaskId, entry);
      yield;
    }
    copy.#listed.takeVersion(this.#listed);
    return copy;
  }

  /** The tasks of the list. */
  get listed(): TaskIndex {
    return this.#listed;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(sourceTaskId: string): Task | undefined {
    return this.#entries.get(sourceTaskId)?.task;
  }

  has(sourceTaskId: string): boolean {
    return this.#entries.has(sourceTaskId);
  }

  isListed(sourceTaskId: string): boolean {
    return this.#listed.has(sourceTaskId);
  }

  createPayloadCutter(): ReturnType<PayloadRetention['createCutter']> {
    return this.#payloads.createCutter();
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
    const entry = this.#entries.get(task.sourceTaskId);
    return entry?.task === task ? entry.times.observedAt : (this.#formerlyObservedAt.get(task) ?? task.observedAt);
  }

  /**
   * Until when a cached task is known to be right, in milliseconds since 1970: it was read then, or a delta did not
   * mention it.
   */
  confirmedAt(task: Task): number {
    const observedAt = this.observedAt(task);
    return this.isListed(task.sourceTaskId) ? Math.max(observedAt, this.#listConfirmedAt) : observedAt;
  }

  isOutdated(sourceTaskId: string, now: number): boolean {
    const task = this.get(sourceTaskId);
    return task !== undefined && !isRecent(this.confirmedAt(task), now);
  }

  /** When the request was sent that brought a task, or found it gone; null: nothing is known of it. */
  requestedAt(sourceTaskId: string): number | null {
    return this.#entries.get(sourceTaskId)?.times.requestedAt ?? this.#goneSince.get(sourceTaskId) ?? null;
  }

  *listedIds(): Iterable<string> {
    for (const [sourceTaskId, { isListed }] of this.#entries) if (isListed) yield sourceTaskId;
  }

  confirm({ sourceTaskId, fingerprint }: UntranslatedTask, times: ReadTimes): boolean {
    const entry = this.#entries.get(sourceTaskId);
    if (entry?.isListed !== true || entry.fingerprint !== fingerprint) return false;
    if (entry.times.requestedAt <= times.requestedAt) entry.times = times;
    return true;
  }

  /** Whether the list has so many tasks, and all were last read at these times, which are those of one list. */
  *hasOnlyTasksOf(times: ReadTimes, count: number): Steps<boolean> {
    if (this.#listed.size !== count) return false;
    for (const entry of this.#entries.values()) {
      if (entry.isListed && entry.times !== times) return false;
      yield;
    }
    return true;
  }

  /** What changed and was not told yet. */
  get differences(): DifferenceLog {
    return this.#differences;
  }

  /** Applies what was found when a list was compared with this table. */
  *apply(changes: ListChanges): Steps {
    const { times, changed, newlyListedIds, goneIds, droppedIds, scope, isComplete } = changes;
    const { requestedAt, observedAt } = times;
    for (const sourceTaskId of newlyListedIds) {
      this.addToList(sourceTaskId, -Infinity);
      yield;
    }
    for (const read of changed) {
      this.applyRead(read, times, true);
      yield;
    }
    for (const sourceTaskId of goneIds) {
      if (scope === 'delta' || this.isListed(sourceTaskId)) this.markGone(sourceTaskId, requestedAt);
      yield;
    }
    for (const sourceTaskId of droppedIds) {
      if (this.isOutdated(sourceTaskId, observedAt)) this.#drop(sourceTaskId);
      yield;
    }
    for (const [sourceTaskId, since] of scope === 'list' ? this.#goneSince : []) {
      if (since < requestedAt) this.#goneSince.delete(sourceTaskId);
      yield;
    }
    for (const { task, payload } of yield* this.#payloads.truncateOldest()) {
      const entry = this.#entries.get(task.sourceTaskId);
      // A truncated task is no difference: no field of it says anything else.
      if (entry !== undefined) this.#set(task.sourceTaskId, { ...entry, task: { ...task, observedAt: entry.times.observedAt, payload } });
      yield;
    }
    if (isComplete) this.#listConfirmedAt = observedAt;
  }

  /**
   * Makes a copy of another table ready to replace it, after what has changed the other one since was repeated here. A
   * task that both have is one object, and there are differences only from what the other one has.
   */
  reconcile(changedIds: ReadonlySet<string>, replaced: TaskTable): void {
    for (const sourceTaskId of changedIds) {
      const [before, after] = [replaced.#entries.get(sourceTaskId), this.#entries.get(sourceTaskId)];
      this.#differences.forget(sourceTaskId);
      if (before?.isListed !== after?.isListed || !isSameContent(before, after))
        this.#differences.record(sourceTaskId, before, after?.task ?? null, after?.isListed ?? false);
      if (before !== undefined && after !== undefined && isDeepStrictEqual(before.task, after.task))
        this.#set(sourceTaskId, { ...after, task: before.task });
    }
    this.#differences.continue(replaced.#differences);
  }

  /** Sorts the tasks in the orders that another table has, which are otherwise sorted by the first who needs them. */
  *sortInSteps(like: TaskTable): Steps {
    yield* this.#listed.sortInSteps(like.#listed);
  }

  /** Applies one task as it was read. */
  applyRead(read: UntranslatedTask, times: ReadTimes, isListed: boolean): void {
    const { sourceTaskId, fingerprint } = read;
    if ((this.requestedAt(sourceTaskId) ?? -Infinity) > times.requestedAt) return;
    const before = this.#entries.get(sourceTaskId);
    const task = before?.fingerprint === fingerprint ? before.task : translateObserved(read, before?.task, times.observedAt);
    const entry = { task, fingerprint, times, isListed: isListed || (before?.isListed ?? false) };
    if (task !== before?.task || entry.isListed !== before.isListed) {
      const readPayload = this.#payloads.isTruncated(task) ? (read.readPayload?.bind(read) ?? null) : null;
      this.#differences.record(sourceTaskId, before, task, entry.isListed, readPayload);
    }
    this.#set(sourceTaskId, entry);
    if (!isListed) this.#evictUnlisted();
  }

  /** Applies what another replica read, unless it was requested here at the same time or later. */
  applyShared(shared: SharedTask): void {
    const { sourceTaskId, requestedAt } = shared;
    if ((this.requestedAt(sourceTaskId) ?? -Infinity) >= requestedAt) return;
    if (shared.kind === 'gone') return this.markGone(sourceTaskId, requestedAt);
    if (shared.kind === 'untracked') return this.untrack(sourceTaskId, requestedAt - 1);
    const before = this.#entries.get(sourceTaskId);
    const received = withPartIds(shared.task);
    const isSame = before !== undefined && isSameTask(before.task, received);
    const task = isSame ? this.#withStarts(before, received) : observeShared(received, before?.task);
    const fingerprint = isSame ? before.fingerprint : noFingerprint;
    // Another replica read it like this, so that this one did not.
    const observedAt = task === before?.task ? before.times.observedAt : task.observedAt;
    const entry = { task, fingerprint, times: { requestedAt, observedAt }, isListed: shared.isListed };
    if (!isSame || entry.isListed !== before.isListed) this.#differences.record(sourceTaskId, before, task, entry.isListed);
    if (before?.isListed === true && !entry.isListed) this.#delete(sourceTaskId);
    this.#set(sourceTaskId, entry);
    if (!entry.isListed) this.#evictUnlisted();
  }

  /** A task that becomes tracked is in the list from now on; a list that was requested earlier cannot have it. */
  addToList(sourceTaskId: string, since: number): void {
    this.#goneSince.delete(sourceTaskId);
    const entry = this.#entries.get(sourceTaskId);
    if (entry === undefined) return;
    if (!entry.isListed) this.#differences.record(sourceTaskId, entry, entry.task, true);
    const { requestedAt, observedAt } = entry.times;
    this.#set(sourceTaskId, { ...entry, times: { requestedAt: Math.max(requestedAt, since), observedAt }, isListed: true });
  }

  /** A task that is no longer tracked is dropped; a list that was requested earlier cannot bring it back. */
  untrack(sourceTaskId: string, at: number): void {
    // The next millisecond: what was requested in this one may have been requested before.
    this.#goneSince.set(sourceTaskId, at + 1);
    this.#drop(sourceTaskId);
  }

  /** The plane no longer has the task, according to a request sent at that time. */
  markGone(sourceTaskId: string, requestedAt: number): void {
    const before = this.#entries.get(sourceTaskId);
    if (before !== undefined && before.times.requestedAt > requestedAt) return;
    this.#differences.record(sourceTaskId, before, null, false);
    const since = this.#goneSince.get(sourceTaskId);
    if (before !== undefined || since !== undefined) this.#goneSince.set(sourceTaskId, Math.max(since ?? requestedAt, requestedAt));
    this.#delete(sourceTaskId);
  }

  /**
   * Corrects when tasks and their parts began to run, by what was recorded before this process started. That is no difference, because
   * the planes say nothing else.
   */
  correctStarts(starts: ReadonlyMap<string, RecordedStarts>): void {
    for (const [sourceTaskId, recorded] of starts) {
      const entry = this.#entries.get(sourceTaskId);
      if (entry === undefined) continue;
      const corrected = correctTaskStarts(entry.task, recorded);
      if (corrected !== entry.task) this.#set(sourceTaskId, { ...entry, task: { ...corrected, observedAt: entry.times.observedAt } });
    }
  }

  /** The cached task with what another observer saw of its start; the same object where that adds nothing. */
  #withStarts({ task, times }: CacheEntry, other: TranslatedTask): Task {
    const merged = withStarts(task, other);
    return isDeepStrictEqual(task, merged) ? task : { ...merged, observedAt: times.observedAt };
  }

  /** Removes a task of which nothing more will be known here; whether the plane still has it is not said. */
  #drop(sourceTaskId: string): void {
    const before = this.#entries.get(sourceTaskId);
    if (before !== undefined) this.#differences.record(sourceTaskId, before, before.task, false);
    this.#delete(sourceTaskId);
  }

  #set(sourceTaskId: string, entry: CacheEntry): void {
    const before = this.#entries.get(sourceTaskId);
    if (before?.isListed === false) this.#unlistedCount--;
    if (!entry.isListed) this.#unlistedCount++;
    if (before !== undefined && before.task !== entry.task) this.#remember(before);
    this.#entries.set(sourceTaskId, entry);
    if (!entry.isListed) return;
    this.#listed.put(entry.task);
    this.#payloads.record(entry.task);
  }

  #delete(sourceTaskId: string): void {
    const before = this.#entries.get(sourceTaskId);
    if (before?.isListed === false) this.#unlistedCount--;
    if (before !== undefined) this.#remember(before);
    this.#entries.delete(sourceTaskId);
    this.#listed.remove(sourceTaskId);
    this.#payloads.forget(sourceTaskId);
  }

  /** When it was last read is asked for also after it was replaced or removed. */
  #remember({ task, times }: CacheEntry): void {
    if (times.observedAt > task.observedAt) this.#formerlyObservedAt.set(task, times.observedAt);
  }

  #evictUnlisted(): void {
    for (const [sourceTaskId, { isListed }] of this.#entries) {
      if (this.#unlistedCount <= maxUnlisted) return;
      if (!isListed) this.#delete(sourceTaskId);
    }
  }
}

function isSameContent(one: CacheEntry | undefined, other: CacheEntry | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && isSameTask(one.task, other.task));
}

/** The whole content of a table. */
interface TableContent {
  readonly formerlyObservedAt: WeakMap<Task, number>;
  readonly entries: Map<string, CacheEntry>;
  readonly listed: TaskIndex;
  readonly payloads: PayloadRetention;
  readonly unlistedCount: number;
  readonly goneSince: Map<string, number>;
  readonly listConfirmedAt: number;
}
