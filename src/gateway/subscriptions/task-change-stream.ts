import QuickLru from 'quick-lru';

import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import { CoalescingStream } from './coalescing-stream.js';
import { mergeChangeKinds, type TaskChange, type TaskChangeKind } from './task-change.js';

/** What happened to a task, or why the subscription fails. */
type TaskEvent =
  { readonly kind: 'change'; readonly change: TaskChangeKind; readonly task: Task } | { readonly kind: 'error'; readonly error: Error };

/** Returns what happened, or throws why the subscription fails. */
export type TaskChangeOrError = () => TaskChange;

export type TaskChangeStream = CoalescingStream<TaskEvent, TaskChangeOrError>;

/**
 * Statuses that one subscription remembers, those that were delivered last, up to twice as many (see quick-lru): five of the longest pages.
 * They take up to 0.2 MB of each of thousands of subscriptions.
 */
const maxRememberedStatuses = 1_000;

/**
 * Changes of tasks for one subscription, coalesced by task id. It remembers the status that it delivered last of each
 * task, and checks the right to read again at each delivery.
 *
 * @param changes shared by all subscriptions.
 */
export function createTaskChangeStream(
  mayRead: (sourceName: string) => boolean,
  release: () => void,
  changes = new SharedChanges(),
): TaskChangeStream {
  const lastStatuses = new QuickLru<string, TaskStatus>({ maxSize: maxRememberedStatuses });
  return new CoalescingStream<TaskEvent, TaskChangeOrError>({
    merge: mergeEvents,
    mayDeliver: (event) => event.kind === 'error' || mayRead(event.task.sourceName),
    deliver: (event) => {
      if (event.kind === 'error') {
        return () => {
          throw event.error;
        };
      }
      const { change, task } = event;
      const delivered = changes.getOrCreate(change, task, lastStatuses.get(task.id) ?? null);
      if (change === 'GONE') lastStatuses.delete(task.id);
      else lastStatuses.set(task.id, task.status);
      return delivered;
    },
    release,
  });
}

function mergeEvents(pending: TaskEvent, next: TaskEvent): TaskEvent | null {
  if (pending.kind === 'error' || next.kind === 'error') return next;
  const change = mergeChangeKinds(pending.change, next.change);
  return change === null ? null : { kind: 'change', change, task: next.task };
}

/**
 * The same object for all subscriptions that get the same change: the server recognizes it, and shares the execution
 * result between subscribers with the same document.
 */
export class SharedChanges {
  readonly #changes = new WeakMap<Task, Map<string, TaskChangeOrError>>();

  getOrCreate(kind: TaskChangeKind, task: Task, previousStatus: TaskStatus | null): TaskChangeOrError {
    const ofTask = this.#changes.get(task) ?? new Map<string, TaskChangeOrError>();
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
