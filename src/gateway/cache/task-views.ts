import type { Steps } from '../../lib/slices.js';
import type { Task } from '../../model/task.js';

/** An index that a view keeps its tasks in. */
interface ViewIndex {
  put(task: Task): void;
  remove(sourceTaskId: string): void;
}

/** The tasks of an index that pass a test. */
interface TaskView<Index extends ViewIndex> {
  readonly index: Index;
  readonly matches: (task: Task) => boolean;
  /** What changed since it was last read, by ids at the plane; null: it left. */
  readonly pending: Map<string, Task | null>;
  /** Tasks that have not been tested yet, from the next one on. */
  readonly untested: Iterator<Task, unknown>;
}

/** Views of one index; of more, the ones that were read least recently are forgotten. */
const maxViews = 16;

/** With more changes than this since it was last read, a view is forgotten: it is no longer in use. */
const maxPending = 2_000;

/**
 * Views of the tasks of an index: those that match a filter, kept from one query to the next. A task is tested once, and
 * again when it has changed, and only when the view is read again.
 */
export class TaskViews<Index extends ViewIndex> {
  readonly #createEmpty: () => Index;
  readonly #list: () => readonly Task[];
  /** By key, the one that was read least recently first. */
  readonly #views = new Map<string, TaskView<Index>>();

  /** `list`: the tasks of the index as they are now, in an array that does not change. */
  constructor(createEmpty: () => Index, list: () => readonly Task[]) {
    this.#createEmpty = createEmpty;
    this.#list = list;
  }

  /** The tasks that pass a test. `key`: equal for equal tests. */
  read(key: string, matches: (task: Task) => boolean): Index {
    const view = this.#find(key, matches);
    while (testNext(view));
    for (const [sourceTaskId, task] of view.pending) {
      if (task !== null && view.matches(task)) view.index.put(task);
      else view.index.remove(sourceTaskId);
    }
    view.pending.clear();
    return view.index;
  }

  /** Tests the tasks ahead of the first `read`, which otherwise tests all of them at once. */
  *prepareInSteps(key: string, matches: (task: Task) => boolean): Steps {
    const view = this.#find(key, matches);
    // It is forgotten when it is not needed any more.
    while (this.#views.get(key) === view && testNext(view)) yield;
  }

  #find(key: string, matches: (task: Task) => boolean): TaskView<Index> {
    const view = this.#views.get(key) ?? {
      index: this.#createEmpty(),
      matches,
      pending: new Map<string, Task | null>(),
      untested: this.#list().values(),
    };
    this.#views.delete(key);
    this.#views.set(key, view);
    const [oldest] = this.#views.keys();
    if (this.#views.size > maxViews && oldest !== undefined) this.#views.delete(oldest);
    return view;
  }

  /** A task of the index is like this from now on; null: it left. */
  change(sourceTaskId: string, task: Task | null): void {
    for (const [key, { pending }] of this.#views) {
      pending.set(sourceTaskId, task);
      if (pending.size > maxPending) this.#views.delete(key);
    }
  }
}

/** Tests a task of when the view was made; false: all of them have been. What changed since is pending. */
function testNext({ index, matches, untested }: TaskView<ViewIndex>): boolean {
  const { done, value } = untested.next();
  if (done === true) return false;
  if (matches(value)) index.put(value);
  return true;
}
