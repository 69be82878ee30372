import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import { CoalescingStream } from './coalescing-stream.js';
import { mergeChangeKinds, type TaskChange, type TaskChangeKind } from './task-change.js';

/** What happened to a task, or why nothing more can be said of it. */
export type TaskEvent = { readonly kind: TaskChangeKind; readonly task: Task } | { readonly error: Error };

/** Gives what happened, or throws why nothing can be said. */
export type TaskChangeOrError = () => TaskChange;

export type TaskChangeStream = CoalescingStream<TaskEvent, TaskChangeOrError>;

/** Statuses that one subscription remembers; the oldest are forgotten first. */
const maxRememberedStatuses = 10_000;

/**
 * Changes of tasks for one subscription, by task id. It knows what it told of each task last, and tells nothing that may not be read.
 *
 * @param changes of all subscriptions together.
 */
export function createTaskChangeStream(
  mayRead: (sourceName: string) => boolean,
  release: () => void,
  changes = new SharedChanges(),
): TaskChangeStream {
  const told = new Map<string, TaskStatus>();
  return new CoalescingStream<TaskEvent, TaskChangeOrError>({
    merge: mergeEvents,
    mayDeliver: (event) => 'error' in event || mayRead(event.task.sourceName),
    deliver: (event) => {
      if ('error' in event) {
        return () => {
          throw event.error;
        };
      }
      const { kind, task } = event;
      const change = changes.get(kind, task, told.get(task.id) ?? null);
      told.delete(task.id);
      if (kind !== 'GONE') told.set(task.id, task.status);
      for (const id of told.keys()) {
        if (told.size <= maxRememberedStatuses) break;
        told.delete(id);
      }
      return change;
    },
    release,
  });
}

function mergeEvents(pending: TaskEvent, next: TaskEvent): TaskEvent | null {
  if ('error' in pending || 'error' in next) return next;
  const kind = mergeChangeKinds(pending.kind, next.kind);
  return kind === null ? null : { kind, task: next.task };
}

/** The same object for all who get the same change, so that what is made of it for one will do for the others. */
export class SharedChanges {
  readonly #changes = new WeakMap<Task, Map<string, () => TaskChange>>();

  get(kind: TaskChangeKind, task: Task, previousStatus: TaskStatus | null): () => TaskChange {
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
