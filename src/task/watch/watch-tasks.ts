import type { Task } from '../model/task.js';
import type { TaskDifference } from '../read/known/task-difference.js';
import type { View } from '../read/view/view.js';
import type { TaskChangeKind } from './change-kind.js';
import type { TaskChangeStream } from './task-change-stream.js';

/** Feeds a stream with the changes of a view's tasks, as a filter sees them, until the returned function is called. */
export function watchTasks(view: View, matches: (task: Task) => boolean, stream: TaskChangeStream): () => void {
  return view.changes.listen({
    tasks: (differences) => {
      for (const difference of differences.values()) {
        const kind = kindOf(difference, matches);
        const task = difference.after ?? difference.before;
        if (kind !== null && task !== null) stream.push(task.id, { kind, task });
      }
    },
  });
}

/** What a difference is to one who sees only what matches; null: nothing. */
function kindOf({ before, after, wasListed, isListed }: TaskDifference, matches: (task: Task) => boolean): TaskChangeKind | null {
  const didMatch = wasListed && before !== null && matches(before);
  if (after === null) return didMatch ? 'GONE' : null;
  if (isListed && matches(after)) return didMatch ? 'UPDATED' : 'ENTERED';
  return didMatch ? 'LEFT' : null;
}
