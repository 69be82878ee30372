import { runAtOnce, runInSlices, type Steps } from '../../lib/slices.js';
import type { TaskResource } from '../../model/resource.js';
import type { Task } from '../../model/task.js';
import type { SharedTask } from '../../replication/replicas.js';
import type { ListDelta, ListResponse, UntranslatedTask } from '../../sources/source.js';
import type { TaskDifferences } from './cache-changes.js';
import { compareDelta, compareList, compareSimilarList, type ListChanges, type ReadTimes } from './list-changes.js';
import type { RecordedStarts } from './observed-tasks.js';
import type { PayloadToKeep } from './payload-retention.js';
import type { TaskCollection } from './task-index.js';
import { TaskTable } from './task-table.js';

/** So many changes of a list are applied without interruption; that takes a few milliseconds. */
const maxChangesAtOnce = 100;

interface AppliedList {
  readonly tasks: readonly UntranslatedTask[];
  readonly times: ReadTimes;
}

/** What changed the table while a copy of it was made, to be repeated on the copy. */
interface Journal {
  readonly changes: ((table: TaskTable) => void)[];
  readonly ids: Set<string>;
}

/**
 * The cached tasks of one source, by their ids at the plane. No task is ever modified. One that is read again unchanged
 * stays the same object, so that what was computed from it (sort orders, indexes, GraphQL results) stays valid; when it
 * was last read stands beside it.
 *
 * A list is applied in slices, between which the event loop does everything else. Readers have the tasks of before until
 * all of it is applied: few changes are applied at once, many to a copy that then replaces the table.
 */
export class CachedTasks {
  #table: TaskTable;
  #updateCount = 0;
  /** Lists are applied one after another. */
  #applying: Promise<void> = Promise.resolve();
  /** The last list, while nothing else has changed the table since; its times are those of all its tasks. */
  #lastList: AppliedList | null = null;
  /** Null while no copy is being made. */
  #journal: Journal | null = null;

  readonly #run: (steps: Steps<boolean>) => Promise<boolean>;

  /** `payloadToKeep`: of the source; null where payloads are never truncated. `run`: cuts the work of a list into slices. */
  constructor(payloadToKeep: PayloadToKeep | null = null, run: (steps: Steps<boolean>) => Promise<boolean> = runInSlices) {
    this.#table = TaskTable.create(payloadToKeep);
    this.#run = run;
  }

  /** The tasks of the list. After a list with many changes it is another collection, and this one keeps what it had. */
  get listed(): TaskCollection {
    return this.#table.listed;
  }

  /** How many tasks there are, in the list and beside it. */
  get size(): number {
    return this.#table.size;
  }

  /** Another number exactly when a task came into the list, left it, or was replaced by another object. */
  get listVersion(): number {
    return this.#table.listed.version;
  }

  /** Another number whenever something was applied, also where it changed no task; single reads count as well. */
  get updateCount(): number {
    return this.#updateCount;
  }

  /** Ids of listed tasks that are not finished. */
  get unfinishedIds(): ReadonlySet<string> {
    return this.#table.listed.unfinishedIds;
  }

  get(sourceTaskId: string): Task | undefined {
    return this.#table.get(sourceTaskId);
  }

  isListed(sourceTaskId: string): boolean {
    return this.#table.isListed(sourceTaskId);
  }

  /** Whether only a part of a task's payload is still in memory. */
  isPayloadTruncated(task: Task): boolean {
    return this.#table.isPayloadTruncated(task);
  }

  /**
   * When a task was last read from its plane, in milliseconds since 1970; `Task.observedAt` is when it was first read
   * like this.
   */
  observedAt(task: Task): number {
    return this.#table.observedAt(task);
  }

  /**
   * Until when a cached task is known to be right, in milliseconds since 1970: it was read then, or a delta did not
   * mention it.
   */
  confirmedAt(task: Task): number {
    return this.#table.confirmedAt(task);
  }

  /** When the request was sent that brought a task, or found it gone; null: nothing is known of it. */
  requestedAt(sourceTaskId: string): number | null {
    return this.#table.requestedAt(sourceTaskId);
  }

  /** The tasks that are part of another one, in its plane's order; the same array until one of them changes. */
  childrenOf(sourceTaskId: string): readonly Task[] {
    return this.#table.listed.childrenOf(sourceTaskId);
  }

  /** A resource as the newest task that names it describes it. */
  resource(sourceResourceId: string): TaskResource | undefined {
    return this.#table.listed.resource(sourceResourceId);
  }

  /** How many tasks `takeDifferences` has. */
  get differenceCount(): number {
    return this.#table.differences.size;
  }

  /** What changed since the last call: all of it, or as many tasks as are given, the longest known first. */
  takeDifferences(most = Infinity): TaskDifferences {
    return this.#table.differences.take(most);
  }

  /** What changed of these tasks since the last call. */
  takeDifferencesOf(sourceTaskIds: Iterable<string>): TaskDifferences {
    return this.#table.differences.takeOf(sourceTaskIds);
  }

  /**
   * Applies a whole list. Tasks that are not in it are gone, unless they were requested later than the list. Of a list
   * that is not complete, only those are dropped that are too old to be shown. When the time of the read is over, no further task is
   * translated, and what was is applied as a list that is not complete.
   *
   * @returns whether all of it was applied.
   */
  applyList(list: ListResponse, requestedAt: number, observedAt: number, isOver?: () => boolean): Promise<boolean> {
    return this.#applyInSlices(this.#applyListInSteps(list, { requestedAt, observedAt }, isOver));
  }

  /** Applies what changed since a list; tasks that it does not mention are unchanged. Otherwise as `applyList`. */
  applyDelta(delta: ListDelta, requestedAt: number, observedAt: number, isOver?: () => boolean): Promise<boolean> {
    return this.#applyInSlices(this.#applyInSteps((table) => compareDelta(table, delta, { requestedAt, observedAt }, isOver)));
  }

  /** Applies one task as it was read. */
  applyRead(read: UntranslatedTask, requestedAt: number, observedAt: number, isListed: boolean): void {
    this.#change([read.sourceTaskId], (table) => table.applyRead(read, { requestedAt, observedAt }, isListed));
  }

  /** Applies what another replica read, unless it was requested here at the same time or later. */
  applyShared(shared: SharedTask): void {
    this.#change([shared.sourceTaskId], (table) => table.applyShared(shared));
  }

  /** A task that becomes tracked is in the list from now on; a list that was requested earlier cannot have it. */
  addToList(sourceTaskId: string, since: number): void {
    this.#change([sourceTaskId], (table) => table.addToList(sourceTaskId, since));
  }

  /** A task that is no longer tracked is dropped; a list that was requested earlier cannot bring it back. */
  untrack(sourceTaskId: string, at: number): void {
    this.#change([sourceTaskId], (table) => table.untrack(sourceTaskId, at));
  }

  /** The plane no longer has the task, according to a request sent at that time. */
  markGone(sourceTaskId: string, requestedAt: number): void {
    this.#change([sourceTaskId], (table) => table.markGone(sourceTaskId, requestedAt));
  }

  /**
   * Corrects when tasks and their parts began to run, by what was recorded before this process started. That is no difference, because
   * the planes say nothing else.
   */
  correctStarts(starts: ReadonlyMap<string, RecordedStarts>): void {
    this.#change(starts.keys(), (table) => table.correctStarts(starts));
  }

  #change(sourceTaskIds: Iterable<string>, change: (table: TaskTable) => void): void {
    this.#updateCount++;
    this.#lastList = null;
    change(this.#table);
    if (this.#journal === null) return;
    this.#journal.changes.push(change);
    for (const id of sourceTaskIds) this.#journal.ids.add(id);
  }

  #applyInSlices(steps: Steps<boolean>): Promise<boolean> {
    const applied = this.#applying.then(() => this.#run(steps));
    this.#applying = applied.then(
      () => undefined,
      () => undefined,
    );
    return applied;
  }

  /**
   * Of a list that is the same as before, or nearly, only what differs is looked at, where nothing else has changed the table
   * since: all other tasks share their times, which are new.
   */
  *#applyListInSteps(list: ListResponse, times: ReadTimes, isOver?: () => boolean): Steps<boolean> {
    const { tasks, isComplete, unchangedIds, unreadIds } = list;
    const isWhole = isComplete && unchangedIds.length === 0 && unreadIds.length === 0;
    const last = this.#lastList;
    if (isWhole && last !== null && last.times.requestedAt <= times.requestedAt && this.#applySimilarList(last, list, times)) return true;
    const applied = { tasks, times };
    const isApplied = yield* this.#applyInSteps((table) => compareList(table, list, times, isOver), applied);
    // Another read may have changed a task meanwhile, or may have been sent later than the list.
    const isLast = isWhole && isApplied && (yield* this.#table.hasOnlyTasksOf(times, tasks.length));
    if (this.#lastList === applied && !isLast) this.#lastList = null;
    return isApplied;
  }

  #applySimilarList(last: AppliedList, list: ListResponse, times: ReadTimes): boolean {
    const changes = compareSimilarList(this.#table, last.tasks, list, last.times);
    if (changes === null) return false;
    Object.assign(last.times, times);
    runAtOnce(this.#table.apply(changes));
    this.#lastList = this.#table.listed.size === list.tasks.length ? { tasks: list.tasks, times: last.times } : null;
    this.#updateCount++;
    return true;
  }

  *#applyInSteps(compare: (table: TaskTable) => Steps<ListChanges>, list: AppliedList | null = null): Steps<boolean> {
    this.#lastList = list;
    const changes = yield* compare(this.#table);
    const { changed, newlyListedIds, goneIds, droppedIds } = changes;
    const count = changed.length + newlyListedIds.length + goneIds.length + droppedIds.length;
    if (count <= maxChangesAtOnce) runAtOnce(this.#table.apply(changes));
    else yield* this.#replaceTable(changes);
    this.#updateCount++;
    return !changes.isCut;
  }

  *#replaceTable(changes: ListChanges): Steps {
    const journal: Journal = { changes: [], ids: new Set() };
    this.#journal = journal;
    try {
      const copy = yield* this.#table.copyInSteps();
      yield* copy.apply(changes);
      yield* copy.sortInSteps(this.#table);
      for (const change of journal.changes) change(copy);
      copy.reconcile(journal.ids, this.#table);
      this.#table = copy;
    } finally {
      this.#journal = null;
    }
  }
}
