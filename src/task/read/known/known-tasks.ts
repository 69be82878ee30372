import { isDeepStrictEqual } from 'node:util';

import type { Task } from '../../model/task.js';
import type { ListAnswer, ListNews } from '../../source/source.js';
import type { Reading } from '../../source/reading.js';
import type { SharedTask } from '../../replica/shared-task.js';
import { isSameTask } from './same-task.js';
import { KeptPayloads, type PayloadToKeep } from './kept-payloads.js';
import { isRecent } from './stale.js';
import type { TaskDifference, TaskDifferences } from './task-difference.js';
import { TaskIndex } from './task-index.js';
import type { TaskList } from './task-list.js';

interface Entry {
  readonly task: Task;
  readonly fingerprint: string;
  /** When the plane was asked for it; an answer to an older question never replaces a newer one. */
  readonly askedAt: number;
  /** False: it was asked for by id on a plane that cannot list, and is not tracked. */
  readonly isListed: boolean;
}

/** The fingerprint of what was taken over from another process: that of no reading, so that the first one is looked at closely. */
const unread = '';

/** Tasks asked for by id and not tracked are remembered up to this many. */
const maxUnlisted = 1_000;

/**
 * What is known of the tasks of one source, by their ids at the plane. A task that is read again as it was stays the same
 * object: `observedAt` alone moves on in it.
 */
export class KnownTasks {
  readonly #entries = new Map<string, Entry>();
  readonly #listed = new TaskIndex();
  readonly #payloads: KeptPayloads;
  #unlistedCount = 0;
  /** When the plane was asked that no longer had a task, or when it was untracked; forgotten with the next list that was asked for later. */
  readonly #goneSince = new Map<string, number>();
  #differences = new Map<string, TaskDifference>();
  /** When a list, or the news since one, last said of all listed tasks how they are. */
  #vouchedAt = -Infinity;

  /** `payloadToKeep`: of the source; null where payloads stay whole. */
  constructor(payloadToKeep: PayloadToKeep | null = null) {
    this.#payloads = new KeptPayloads(payloadToKeep);
  }

  /** The tasks of the list. */
  get listed(): TaskList {
    return this.#listed;
  }

  /** Ids of listed tasks that are not finished. */
  get unfinishedIds(): ReadonlySet<string> {
    return this.#listed.unfinishedIds;
  }

  get(localId: string): Task | undefined {
    return this.#entries.get(localId)?.task;
  }

  isListed(localId: string): boolean {
    return this.#listed.has(localId);
  }

  /** Whether a task's payload is no more than what must stay of it. */
  isPayloadCut(task: Task): boolean {
    return this.#payloads.isCut(task);
  }

  /** Until when what is known of a task was right, in milliseconds since 1970: it was read then, or there was no news of it. */
  knownAt(task: Task): number {
    return this.isListed(task.sourceTaskId) ? Math.max(task.observedAt, this.#vouchedAt) : task.observedAt;
  }

  /** Whether this is what is known already. */
  says({ sourceTaskId, fingerprint }: Reading): boolean {
    return this.#entries.get(sourceTaskId)?.fingerprint === fingerprint;
  }

  /** How tasks are known otherwise than at the last call. */
  takeDifferences(): TaskDifferences {
    const differences = this.#differences;
    this.#differences = new Map();
    return differences;
  }

  /** The tasks that are part of another one, in its plane's order. */
  childrenOf(localId: string): readonly Task[] {
    return this.#listed.childrenOf(localId);
  }

  /** A resource as the newest task describes it that names it. */
  resource(sourceResourceId: string): ReturnType<TaskIndex['resource']> {
    return this.#listed.resource(sourceResourceId);
  }

  /**
   * Takes over a whole list: what is not in it is gone, unless it was asked for later than the list. Of a list that is
   * not complete, only what is too old to be shown is gone.
   */
  applyList(answer: ListAnswer, askedAt: number, observedAt: number): void {
    const present = new Set(answer.unchanged);
    // They were not asked for: what is known of them stays as old as it is.
    for (const localId of answer.unchanged) this.enlist(localId, -Infinity);
    for (const reading of answer.readings) {
      present.add(reading.sourceTaskId);
      this.observe(reading, askedAt, observedAt, true);
    }
    for (const [localId, entry] of this.#entries) {
      if (!entry.isListed || present.has(localId)) continue;
      if (answer.isComplete) {
        if (entry.askedAt <= askedAt) this.gone(localId, askedAt);
      } else if (!isRecent(this.knownAt(entry.task), observedAt)) this.#forget(localId);
    }
    for (const [localId, since] of this.#goneSince) if (since < askedAt) this.#goneSince.delete(localId);
    this.#cutPayloads();
    if (answer.isComplete) this.#vouchedAt = observedAt;
  }

  /** Takes over the news since a list: what they do not mention is as it was. */
  applyNews({ gone, answer }: ListNews, askedAt: number, observedAt: number): void {
    for (const reading of answer.readings) this.observe(reading, askedAt, observedAt, true);
    for (const localId of gone) this.gone(localId, askedAt);
    this.#cutPayloads();
    if (answer.isComplete) this.#vouchedAt = observedAt;
  }

  observe(reading: Reading, askedAt: number, observedAt: number, isListed: boolean): void {
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
  adopt(shared: SharedTask): void {
    const { localId, askedAt } = shared;
    if ((this.askedAt(localId) ?? -Infinity) >= askedAt) return;
    if (shared.is === 'gone') return this.gone(localId, askedAt);
    if (shared.is === 'left') return this.untrack(localId, askedAt - 1);
    const before = this.#entries.get(localId);
    const isSame = before !== undefined && isSameTask(before.task, shared.task);
    const { task, fingerprint } = isSame ? before : { task: shared.task, fingerprint: unread };
    const entry = { task, fingerprint, askedAt, isListed: shared.isListed };
    if (!isSame || entry.isListed !== before.isListed) this.#differs(localId, before, task, entry.isListed);
    if (before?.isListed === true && !entry.isListed) this.#delete(localId);
    this.#set(localId, entry);
    if (!entry.isListed) this.#dropUnlisted();
  }

  /** When the plane was asked for what is known of a task, or was found to be gone; null: nothing is known of it. */
  askedAt(localId: string): number | null {
    return this.#entries.get(localId)?.askedAt ?? this.#goneSince.get(localId) ?? null;
  }

  /** A task that becomes tracked shows in the list from now on; a list that was asked for before cannot have it. */
  enlist(localId: string, since: number): void {
    this.#goneSince.delete(localId);
    const entry = this.#entries.get(localId);
    if (entry === undefined) return;
    if (!entry.isListed) this.#differs(localId, entry, entry.task, true);
    this.#set(localId, { ...entry, askedAt: Math.max(entry.askedAt, since), isListed: true });
  }

  /** A task that is no longer tracked is no longer ours to know; a list that was asked for before cannot bring it back. */
  untrack(localId: string, at: number): void {
    // The next millisecond: what was asked for in this one may have been asked for before.
    this.#goneSince.set(localId, at + 1);
    this.#forget(localId);
  }

  /** The plane no longer has it, as far as it was asked so early or earlier. */
  gone(localId: string, askedAt: number): void {
    const before = this.#entries.get(localId);
    if (before !== undefined && before.askedAt > askedAt) return;
    this.#differs(localId, before, null, false);
    if (before !== undefined) this.#goneSince.set(localId, askedAt);
    this.#delete(localId);
  }

  #forget(localId: string): void {
    const before = this.#entries.get(localId);
    if (before !== undefined) this.#differs(localId, before, before.task, false);
    this.#delete(localId);
  }

  /** The task as it is known already, read at another time, where the plane says the same of it. */
  #taskOf(reading: Reading, before: Entry | undefined, observedAt: number): Task {
    if (before?.fingerprint === reading.fingerprint) return readAgain(before.task, observedAt);
    const translated = reading.translate();
    const task = { ...translated, changedAt: observedAt, observedAt };
    if (before === undefined) return task;
    // The same fields in another order are no change.
    const { changedAt, observedAt: observedBefore } = before.task;
    const isSame = isDeepStrictEqual(before.task, { ...translated, changedAt, observedAt: observedBefore });
    return isSame ? readAgain(before.task, observedAt) : task;
  }

  #differs(localId: string, entry: Pick<Entry, 'task' | 'isListed'> | undefined, after: Task | null, isListed: boolean): void {
    const earlier = this.#differences.get(localId);
    const before = earlier === undefined ? (entry?.task ?? null) : earlier.before;
    const wasListed = earlier === undefined ? (entry?.isListed ?? false) : earlier.wasListed;
    this.#differences.set(localId, { before, after, wasListed, isListed });
  }

  #set(localId: string, entry: Entry): void {
    if (this.#entries.get(localId)?.isListed === false) this.#unlistedCount--;
    if (!entry.isListed) this.#unlistedCount++;
    this.#entries.set(localId, entry);
    if (!entry.isListed) return;
    this.#listed.put(entry.task);
    this.#payloads.note(entry.task);
  }

  #delete(localId: string): void {
    if (this.#entries.get(localId)?.isListed === false) this.#unlistedCount--;
    this.#entries.delete(localId);
    this.#listed.remove(localId);
    this.#payloads.forget(localId);
  }

  /** It is no difference: what a task says is the same. */
  #cutPayloads(): void {
    for (const task of this.#payloads.cutOldest()) {
      const entry = this.#entries.get(task.sourceTaskId);
      if (entry !== undefined) this.#set(task.sourceTaskId, { ...entry, task });
    }
  }

  #dropUnlisted(): void {
    for (const [localId, { isListed }] of this.#entries) {
      if (this.#unlistedCount <= maxUnlisted) return;
      if (!isListed) this.#delete(localId);
    }
  }
}

function readAgain(task: Task, observedAt: number): Task {
  task.observedAt = observedAt;
  return task;
}
