import { BadUserInputError } from '../error/bad-user-input-error.js';
import type { Task } from '../model/task.js';
import type { Freshness } from '../read/view/freshness.js';
import { isSameTask } from '../read/known/same-task.js';
import { isStale } from '../read/known/stale.js';
import type { TaskDifference } from '../read/known/task-difference.js';
import type { View } from '../read/view/view.js';
import type { Poller } from './poller.js';
import type { TaskChangeStream } from './task-change-stream.js';

/** One task that is watched, and where it is known. */
export interface WatchedTask {
  readonly view: View;
  readonly poller: Poller;
  /** The id at the plane. */
  readonly localId: string;
  /** Whether the caller may read it; asked each time. */
  readonly mayRead: () => boolean;
}

/**
 * Feeds a stream with the task as it is now, then with each change, until it is finished or gone. `onEnd` gets what is to be
 * done when the stream is released.
 */
export async function watchTask(
  { view, poller, localId, mayRead }: WatchedTask,
  freshness: Freshness,
  stream: TaskChangeStream,
  onEnd: (release: () => void) => void,
): Promise<void> {
  const answer = (await view.read([localId], freshness)).get(localId) ?? null;
  if (!stream.isOpen) return;
  if (answer === null || !mayRead()) return failWith(new BadUserInputError(absent), stream);
  if (answer instanceof Error) return failWith(answer, stream);
  // Between the answer and this line a newer one may have come.
  let last: Task = isStale(answer) ? answer : (view.known(localId) ?? answer);
  stream.push(last.id, { kind: 'CURRENT', task: last });
  if (last.isFinished) return stream.finish();

  onEnd(
    view.changes.listen({
      tasks: (differences) => {
        const difference = differences.get(localId);
        if (difference === undefined || isNoChange(difference, last)) return;
        if (!mayRead()) return failWith(new BadUserInputError(absent), stream);
        const { after } = difference;
        stream.push(last.id, after === null ? { kind: 'GONE', task: last } : { kind: 'UPDATED', task: after });
        last = after ?? last;
        if (after === null || after.isFinished) stream.finish();
      },
    }),
  );
  onEnd(poller.followTask(localId));
}

/** Says why nothing can be said, and ends. */
export function failWith(error: Error, stream: TaskChangeStream): void {
  stream.push('', { error });
  stream.finish();
}

export const absent = 'There is no such task, or you may not read it.';

/** It was put into the list or taken out of it; or it had been forgotten, and is read again as it was. */
function isNoChange({ before, after }: TaskDifference, last: Task): boolean {
  return after !== null && (after === before || (before === null && isSameTask(after, last)));
}
