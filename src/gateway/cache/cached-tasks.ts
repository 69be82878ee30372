import { isDeepStrictEqual } from 'node:util';

import type { Task } from '../../model/task.js';
import type { SharedTask } from '../../replication/replicas.js';
import type { ListChanges, ListResponse, UntranslatedTask } from '../../sources/source.js';
import { isSameTask, type TaskDifference, type TaskDifferences } from './cache-changes.js';
import { isRecent } from './freshness.js';
import { PayloadRetention, type PayloadToKeep } from './payload-retention.js';
import { type TaskCollection, TaskIndex } from './task-index.js';

interface CacheEntry {
  readonly task: Task;
  readonly fingerprint: string;
  /** When the plane was asked for it; an answer to an older question never replaces a newer one. */
  readonly askedAt: number;
  /** False: it was asked for by id on a plane that cannot list, and is not tracked. */
  readonly isListed: boolean;
}

/** The fingerprint of what was taken over from another process: that of no reading, so that the first one is looked at closely. */
const noFingerprint = '';

/** Tasks asked for by id and not tracked are remembered up to this many. */
const maxUnlisted = 1_000;

/**
 * What is known of the tasks of one source, by their ids at the plane. A task that is read again as it was stays the same
 * object: `observedAt` alone moves on in it.
 */
export class CachedTasks {
  readonly #entries = new Map<string, CacheEntry>();
  readonly #listed = new TaskIndex();
  readonly #payloads: PayloadRetention;
  #unlistedCount = 0;
  /** When the plane was asked that no longer had a task, or when it was untracked; forgotten with the next list that was asked for later. */
  readonly #goneSince = new Map<string, number>();
  #differences = new Map<string, TaskDifference>();
  /** When a list, or the news since one, last said of all listed tasks how they are. */
  #vouchedAt = -Infinity;

  /** `payloadToKeep`: of the source; null where payloads stay whole. */
  constructor(payloadToKeep: PayloadToKeep | null = null) {
    this.#payloads = new PayloadRetention(payloadToKeep);
  }

  /** The tasks of the list. */
  get listed(): TaskCollection {
    return this.#listed;
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

  /** Whether a task's payload is no more than what must stay of it. */
  isPayloadCut(task: Task): boolean {
    return this.#payloads.isCut(task);
  }

  /** Until when what is known of a task was right, in milliseconds since 1970: it was read then, or there was no news of it. */
  confirmedAt(task: Task): number {
    return this.isListed(task.sourceTaskId) ? Math.max(task.observedAt, this.#vouchedAt) : task.observedAt;
  }

  /** Whether this is what is known already. */
  isUnchanged({ sourceTaskId, fingerprint }: UntranslatedTask): boolean {
    return this.#entries.get(sourceTaskId)?.fingerprint === fingerprint;
  }

  /** How tasks are known otherwise than at the last call. */
  takeDifferences(): TaskDifferences {
    const differences = this.#differences;
    this.#differences = new Map();
    return differences;
  }

  /** The tasks that are part of another one, in its plane's order. */
  childrenOf(sourceTaskId: string): readonly Task[] {
    return this.#listed.childrenOf(sourceTaskId);
  }

  /** A resource as the newest task describes it that names it. */
  resource(sourceResourceId: string): ReturnType<TaskIndex['resource']> {
    return this.#listed.resource(sourceResourceId);
  }

  /**
   * Takes over a whole list: what is not in it is gone, unless it was asked for later than the list. Of a list that is
   * not complete, only what is too old to be shown is gone.
   */
  applyList(answer: ListResponse, askedAt: number, observedAt: number): void {
    const present = new Set(answer.unchanged);
    // They were not asked for: what is known of them stays as old as it is.
    for (const sourceTaskId of answer.unchanged) this.addToList(sourceTaskId, -Infinity);
    for (const reading of answer.tasks) {
      present.add(reading.sourceTaskId);
      this.applyReading(reading, askedAt, observedAt, true);
    }
    for (const [sourceTaskId, entry] of this.#entries) {
      if (!entry.isListed || present.has(sourceTaskId)) continue;
      if (answer.isComplete) {
        if (entry.askedAt <= askedAt) this.markGone(sourceTaskId, askedAt);
      } else if (!isRecent(this.confirmedAt(entry.task), observedAt)) this.#forget(sourceTaskId);
    }
    for (const [sourceTaskId, since] of this.#goneSince) if (since < askedAt) this.#goneSince.delete(sourceTaskId);
    this.#cutPayloads();
    if (answer.isComplete) this.#vouchedAt = observedAt;
  }

  /** Takes over the news since a list: what they do not mention is as it was. */
  applyDelta({ gone, answer }: ListChanges, askedAt: number, observedAt: number): void {
    for (const reading of answer.tasks) this.applyReading(reading, askedAt, observedAt, true);
    for (const sourceTaskId of gone) this.markGone(sourceTaskId, askedAt);
    this.#cutPayloads();
    if (answer.isComplete) this.#vouchedAt = observedAt;
  }

  applyReading(reading: UntranslatedTask, askedAt: number, observedAt: number, isListed: boolean): void {
    const before = this.#entries.get(reading.sourceTaskId);
    if ((before?.askedAt ?? this.#goneSince.get(reading.sourceTaskId) ?? -Infinity) > askedAt) return;
    const task = this.#taskOf(reading, before, observedAt);
    const entry = { task, fingerprint: reading.fingerprint, askedAt, isListed: isListed || (before?.isListed ?? false) };
    if (task !== before?.task || entry.isListed !== before.isListed) {
      this.#differs(reading.sourceTaskId, before, task, entry.isListed);
    }
    this.#set(reading.sourceTaskId, entry);
    if (!isListed) this.#dropUnlisted();
  }

  /** Takes over what another process saw. What was asked for here later, or at the same time, is as good. */
  applyShared(shared: SharedTask): void {
    const { sourceTaskId, askedAt } = shared;
    if ((this.askedAt(sourceTaskId) ?? -Infinity) >= askedAt) return;
    if (shared.kind === 'gone') return this.markGone(sourceTaskId, askedAt);
    if (shared.kind === 'left') return this.untrack(sourceTaskId, askedAt - 1);
    const before = this.#entries.get(sourceTaskId);
    const isSame = before !== undefined && isSameTask(before.task, shared.task);
    const { task, fingerprint } = isSame ? before : { task: shared.task, fingerprint: noFingerprint };
    const entry = { task, fingerprint, askedAt, isListed: shared.isListed };
    if (!isSame || entry.isListed !== before.isListed) this.#differs(sourceTaskId, before, task, entry.isListed);
    if (before?.isListed === true && !entry.isListed) this.#delete(sourceTaskId);
    this.#set(sourceTaskId, entry);
    if (!entry.isListed) this.#dropUnlisted();
  }

  /** When the plane was asked for what is known of a task, or was found to be gone; null: nothing is known of it. */
  askedAt(sourceTaskId: string): number | null {
    return this.#entries.get(sourceTaskId)?.askedAt ?? this.#goneSince.get(sourceTaskId) ?? null;
  }

  /** A task that becomes tracked shows in the list from now on; a list that was asked for before cannot have it. */
  addToList(sourceTaskId: string, since: number): void {
    this.#goneSince.delete(sourceTaskId);
    const entry = this.#entries.get(sourceTaskId);
    if (entry === undefined) return;
    if (!entry.isListed) this.#differs(sourceTaskId, entry, entry.task, true);
    this.#set(sourceTaskId, { ...entry, askedAt: Math.max(entry.askedAt, since), isListed: true });
  }

  /** A task that is no longer tracked is no longer ours to know; a list that was asked for before cannot bring it back. */
  untrack(sourceTaskId: string, at: number): void {
    // The next millisecond: what was asked for in this one may have been asked for before.
    this.#goneSince.set(sourceTaskId, at + 1);
    this.#forget(sourceTaskId);
  }

  /** The plane no longer has it, as far as it was asked so early or earlier. */
  markGone(sourceTaskId: string, askedAt: number): void {
    const before = this.#entries.get(sourceTaskId);
    if (before !== undefined && before.askedAt > askedAt) return;
    this.#differs(sourceTaskId, before, null, false);
    if (before !== undefined) this.#goneSince.set(sourceTaskId, askedAt);
    this.#delete(sourceTaskId);
  }

  #forget(sourceTaskId: string): void {
    const before = this.#entries.get(sourceTaskId);
    if (before !== undefined) this.#differs(sourceTaskId, before, before.task, false);
    this.#delete(sourceTaskId);
  }

  /** The task as it is known already, read at another time, where the plane says the same of it. */
  #taskOf(reading: UntranslatedTask, before: CacheEntry | undefined, observedAt: number): Task {
    if (before?.fingerprint === reading.fingerprint) return touchObservedAt(before.task, observedAt);
    const translated = reading.translate();
    const task = { ...translated, changedAt: observedAt, observedAt };
    if (before === undefined) return task;
    // The same fields in another order are no change.
    const { changedAt, observedAt: observedBefore } = before.task;
    const isSame = isDeepStrictEqual(before.task, { ...translated, changedAt, observedAt: observedBefore });
    return isSame ? touchObservedAt(before.task, observedAt) : task;
  }

  #differs(sourceTaskId: string, entry: Pick<CacheEntry, 'task' | 'isListed'> | undefined, after: Task | null, isListed: boolean): void {
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

  /** It is no difference: what a task says is the same. */
  #cutPayloads(): void {
    for (const task of this.#payloads.cutOldest()) {
      const entry = this.#entries.get(task.sourceTaskId);
      if (entry !== undefined) this.#set(task.sourceTaskId, { ...entry, task });
    }
  }

  #dropUnlisted(): void {
    for (const [sourceTaskId, { isListed }] of this.#entries) {
      if (this.#unlistedCount <= maxUnlisted) return;
      if (!isListed) this.#delete(sourceTaskId);
    }
  }
}

function touchObservedAt(task: Task, observedAt: number): Task {
  task.observedAt = observedAt;
  return task;
}
