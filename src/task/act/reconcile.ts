import { setTimeout } from 'node:timers/promises';

import { SourceProblemError } from '../error/source-problem-error.js';
import type { Task } from '../model/task.js';
import { isStale } from '../read/known/stale.js';
import type { TaskAnswer } from '../read/view/view-reads.js';
import type { ActionRoom } from './action-room.js';
import type { TaskActionOutcome } from './outcome.js';
import { type Place, readTask } from './place.js';

/** Milliseconds before the second and the third read, where the answer was lost and the one before has shown nothing. */
const pausesMs = [100, 400];

/** Reads the task after an action: once; up to three times, within the deadline of one read, where only that can tell what became of it. */
export async function reconcile(place: Place, before: Task, outcome: TaskActionOutcome, room: ActionRoom): Promise<TaskAnswer> {
  const begun = performance.now();
  let answer = await readTask(place, 0, room);
  if (outcome !== 'UNKNOWN') return answer;
  for (const pauseMs of pausesMs) {
    if (hasShown(answer, before) || performance.now() - begun + pauseMs >= place.view.source.timeoutMs) break;
    await setTimeout(pauseMs);
    answer = better(await readTask(place, 0, room), answer);
  }
  return answer;
}

/** Whether reading again tells nothing more: the task is gone, or in another status than before. */
function hasShown(answer: TaskAnswer, before: Task): boolean {
  return answer === null || (isObserved(answer) && answer.status !== before.status);
}

/** What was observed counts, also when it could not be read again later. */
function better(later: TaskAnswer, earlier: TaskAnswer): TaskAnswer {
  return later !== null && !isObserved(later) && isObserved(earlier) ? earlier : later;
}

function isObserved(answer: TaskAnswer): answer is Task {
  return answer !== null && !(answer instanceof SourceProblemError) && !isStale(answer);
}
