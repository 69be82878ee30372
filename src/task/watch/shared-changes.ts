import type { TaskStatus } from '../model/status.js';
import type { Task } from '../model/task.js';
import type { TaskChange } from './change.js';
import type { TaskChangeKind } from './change-kind.js';

/** The same object for all who get the same change, so that what is made of it for one will do for the others. */
export class SharedChanges {
  readonly #changes = new WeakMap<Task, Map<string, () => TaskChange>>();

  of(kind: TaskChangeKind, task: Task, previousStatus: TaskStatus | null): () => TaskChange {
    const ofTask = this.#changes.get(task) ?? new Map<string, () => TaskChange>();
    this.#changes.set(task, ofTask);
    const key = `${kind} ${previousStatus}`;
    const known = ofTask.get(key);
    if (known !== undefined) return known;
    const change: TaskChange = { kind, task, previousStatus };
    const give = (): TaskChange => change;
    ofTask.set(key, give);
    return give;
  }
}
