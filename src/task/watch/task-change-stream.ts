import type { TaskStatus } from '../model/status.js';
import type { Task } from '../model/task.js';
import type { TaskChange } from './change.js';
import type { TaskChangeKind } from './change-kind.js';
import { EventStream } from './event-stream.js';
import { mergeKinds } from './merge-kinds.js';
import { SharedChanges } from './shared-changes.js';

/** What happened to a task, or why nothing more can be said of it. */
export type TaskEvent = { readonly kind: TaskChangeKind; readonly task: Task } | { readonly error: Error };

/** Gives what happened, or throws why nothing can be said. */
export type TaskChangeOrError = () => TaskChange;

export type TaskChangeStream = EventStream<TaskEvent, TaskChangeOrError>;

/** Statuses that one subscription remembers; the oldest are forgotten first. */
const mostRemembered = 10_000;

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
  return new EventStream<TaskEvent, TaskChangeOrError>({
    merge: mergeEvents,
    admits: (event) => 'error' in event || mayRead(event.task.sourceName),
    take: (event) => {
      if ('error' in event) {
        return () => {
          throw event.error;
        };
      }
      const { kind, task } = event;
      const change = changes.of(kind, task, told.get(task.id) ?? null);
      told.delete(task.id);
      if (kind !== 'GONE') told.set(task.id, task.status);
      for (const id of told.keys()) {
        if (told.size <= mostRemembered) break;
        told.delete(id);
      }
      return change;
    },
    release,
  });
}

function mergeEvents(pending: TaskEvent, next: TaskEvent): TaskEvent | null {
  if ('error' in pending || 'error' in next) return next;
  const kind = mergeKinds(pending.kind, next.kind);
  return kind === null ? null : { kind, task: next.task };
}
