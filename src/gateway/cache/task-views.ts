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
  readonly #create: (matches: (task: Task) => boolean) => Index;
  /** By key, the one that was read least recently first. */
  readonly #views = new Map<string, TaskView<Index>>();

  /** `create`: an index of those tasks that pass a test now. */
  constructor(create: (matches: (task: Task) => boolean) => Index) {
    this.#create = create;
  }

  /** The tasks that pass a test. `key`: equal for equal tests. */
  read(key: string, matches: (task: Task) => boolean): Index {
    const view = this.#views.get(key) ?? { index: this.#create(matches), matches, pending: new Map<string, Task | null>() };
    this.#views.delete(key);
    this.#views.set(key, view);
    for (const [sourceTaskId, task] of view.pending) {
      if (task !== null && view.matches(task)) view.index.put(task);
      else view.index.remove(sourceTaskId);
    }
    view.pending.clear();
    const [oldest] = this.#views.keys();
    if (this.#views.size > maxViews && oldest !== undefined) this.#views.delete(oldest);
    return view.index;
  }

  /** A task of the index is like this from now on; null: it left. */
  change(sourceTaskId: string, task: Task | null): void {
    for (const [key, { pending }] of this.#views) {
      pending.set(sourceTaskId, task);
      if (pending.size > maxPending) this.#views.delete(key);
    }
  }
}
