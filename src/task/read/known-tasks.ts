import { isDeepStrictEqual } from 'node:util';

import type { Task } from '../model/task.js';
import type { TaskResource } from '../model/resource.js';
import type { Reading } from '../source/reading.js';
import type { ListAnswer } from '../source/source.js';
import { resourcesNamedBy } from './resources-named-by.js';
import { isRecent } from './stale.js';
import type { TaskDifference, TaskDifferences } from './task-difference.js';

interface Entry {
  readonly task: Task;
  readonly fingerprint: unknown;
  /** When the plane was asked for it; an answer to an older question never replaces a newer one. */
  readonly askedAt: number;
  /** False: it was asked for by id on a plane that cannot list, and is not tracked. */
  readonly isListed: boolean;
}

/** Tasks asked for by id and not tracked are remembered up to this many. */
const maxUnlisted = 1_000;

/** What is known of the tasks of one source, by their ids at the plane. */
export class KnownTasks {
  readonly #entries = new Map<string, Entry>();
  /** When the plane was asked that no longer had a task, or when it was untracked; forgotten with the next list that was asked for later. */
  readonly #goneSince = new Map<string, number>();
  #differences = new Map<string, TaskDifference>();
  #list: readonly Task[] | null = null;
  #children: ReadonlyMap<string, readonly Task[]> | null = null;
  #resources: ReadonlyMap<string, TaskResource> | null = null;

  get(localId: string): Task | undefined {
    return this.#entries.get(localId)?.task;
  }

  /** How tasks are known otherwise than at the last call. */
  takeDifferences(): TaskDifferences {
    const differences = this.#differences;
    this.#differences = new Map();
    return differences;
  }

  /** Every task of the list, in no order. */
  all(): readonly Task[] {
    this.#list ??= [...this.#entries.values()].filter((entry) => entry.isListed).map((entry) => entry.task);
    return this.#list;
  }

  /** The tasks that are part of another one, in its plane's order. */
  childrenOf(localId: string): readonly Task[] {
    this.#children ??= groupByParent(this.all());
    return this.#children.get(localId) ?? [];
  }

  /** A resource as the newest task describes it that names it. */
  resource(sourceResourceId: string): TaskResource | undefined {
    this.#resources ??= newestResources(this.all());
    return this.#resources.get(sourceResourceId);
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
      } else if (!isRecent(entry.task.observedAt, observedAt)) this.#forget(localId);
    }
    for (const [localId, since] of this.#goneSince) if (since < askedAt) this.#goneSince.delete(localId);
  }

  observe(reading: Reading, askedAt: number, observedAt: number, isListed: boolean): void {
    const before = this.#entries.get(reading.sourceTaskId);
    if ((before?.askedAt ?? this.#goneSince.get(reading.sourceTaskId) ?? -Infinity) > askedAt) return;
    const isSame = before !== undefined && isDeepStrictEqual(before.fingerprint, reading.fingerprint);
    const task = isSame ? { ...before.task, observedAt } : { ...reading.translate(), changedAt: observedAt, observedAt };
    const entry = {
      task,
      fingerprint: isSame ? before.fingerprint : reading.fingerprint,
      askedAt,
      isListed: isListed || (before?.isListed ?? false),
    };
    this.#entries.set(reading.sourceTaskId, entry);
    this.#dropIndexes();
    if (!isSame) this.#differs(reading.sourceTaskId, before, task, entry.isListed);
    else if (entry.isListed !== before.isListed) this.#differs(reading.sourceTaskId, { ...before, task }, task, entry.isListed);
    if (!isListed) this.#dropUnlisted();
  }

  /** A task that becomes tracked shows in the list from now on; a list that was asked for before cannot have it. */
  enlist(localId: string, since: number): void {
    this.#goneSince.delete(localId);
    const entry = this.#entries.get(localId);
    if (entry !== undefined) this.#entries.set(localId, { ...entry, askedAt: Math.max(entry.askedAt, since), isListed: true });
    if (entry?.isListed === false) this.#differs(localId, entry, entry.task, true);
    this.#dropIndexes();
  }

  /** A task that is no longer tracked is no longer ours to know; a list that was asked for before cannot bring it back. */
  untrack(localId: string, at: number): void {
    // The next millisecond: what was asked for in this one may have been asked for before.
    this.#goneSince.set(localId, at + 1);
    this.#forget(localId);
  }

  #forget(localId: string): void {
    const before = this.#entries.get(localId);
    if (before !== undefined) this.#differs(localId, before, before.task, false);
    this.#entries.delete(localId);
    this.#dropIndexes();
  }

  /** The plane no longer has it, as far as it was asked so early or earlier. */
  gone(localId: string, askedAt: number): void {
    const before = this.#entries.get(localId);
    if (before !== undefined && before.askedAt > askedAt) return;
    this.#differs(localId, before, null, false);
    if (before !== undefined) this.#goneSince.set(localId, askedAt);
    this.#entries.delete(localId);
    this.#dropIndexes();
  }

  #differs(localId: string, entry: Pick<Entry, 'task' | 'isListed'> | undefined, after: Task | null, isListed: boolean): void {
    const earlier = this.#differences.get(localId);
    const before = earlier === undefined ? (entry?.task ?? null) : earlier.before;
    const wasListed = earlier === undefined ? (entry?.isListed ?? false) : earlier.wasListed;
    this.#differences.set(localId, { before, after, wasListed, isListed });
  }

  #dropIndexes(): void {
    this.#list = null;
    this.#children = null;
    this.#resources = null;
  }

  #dropUnlisted(): void {
    const unlisted = [...this.#entries].filter(([, entry]) => !entry.isListed);
    for (const [localId] of unlisted.slice(0, Math.max(0, unlisted.length - maxUnlisted))) this.#entries.delete(localId);
  }
}

function groupByParent(tasks: readonly Task[]): ReadonlyMap<string, readonly Task[]> {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    if (task.parentTaskId === null) continue;
    const siblings = groups.get(task.parentTaskId);
    if (siblings === undefined) groups.set(task.parentTaskId, [task]);
    else siblings.push(task);
  }
  for (const siblings of groups.values()) siblings.sort(byPosition);
  return groups;
}

/** Siblings without a position come last; ties by id. */
function byPosition(a: Task, b: Task): number {
  const [left, right] = [a.position ?? Infinity, b.position ?? Infinity];
  if (left === right) return a.id < b.id ? -1 : 1;
  return left < right ? -1 : 1;
}

function newestResources(tasks: readonly Task[]): ReadonlyMap<string, TaskResource> {
  const oldestFirst = tasks.toSorted((a, b) => (a.createdAt ?? -Infinity) - (b.createdAt ?? -Infinity) || (a.id < b.id ? -1 : 1));
  const resources = new Map<string, TaskResource>();
  for (const resource of oldestFirst.flatMap(resourcesNamedBy)) {
    const before = resources.get(resource.sourceResourceId);
    resources.set(resource.sourceResourceId, {
      ...resource,
      type: resource.type ?? before?.type ?? null,
      name: resource.name ?? before?.name ?? null,
      fqdn: resource.fqdn ?? before?.fqdn ?? null,
      uri: resource.uri ?? before?.uri ?? null,
    });
  }
  return resources;
}
