import { SourceProblemError } from '../../task/error/source-problem-error.js';
import type { Task } from '../../task/model/task.js';
import { isJsonObject } from '../../task/scalars/json-object.js';
import { readItem } from '../../task/source/read-item.js';
import { fingerprintOf } from '../../task/source/fingerprint-of.js';
import type { Reading } from '../../task/source/reading.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';
import { translateCompleted } from './completed-task.js';
import { installIdOf } from './install-id.js';
import { problemOf } from './error-body.js';
import { translateTask } from './task.js';
import { taskSchema } from './wire.js';

/** What became of asking for one task. */
export type TaskAnswer =
  | { readonly phase: 'found'; readonly reading: Reading }
  | { readonly phase: 'absent' }
  /** There is one, and it cannot be read. */
  | { readonly phase: 'unreadable'; readonly error: SourceProblemError }
  /** The plane did not say. */
  | { readonly phase: 'failed'; readonly error: SourceProblemError };

/** A question for one task: of which source, with which id, and what was last known. */
export interface TaskQuestion {
  readonly sourceName: string;
  /** Base URL of the plane. */
  readonly url: URL;
  readonly sourceTaskId: string;
  readonly known: Task | undefined;
}

/** Reads the answer to `GET catalog_tasks/{id}`. Throws a SourceProblemError when the body is no JSON. */
export function taskAnswerOf(answer: UpstreamAnswer, question: TaskQuestion): TaskAnswer {
  if (answer.isSuccess) return taskOf(answer, question);
  if (answer.status === 303) return { phase: 'found', reading: completionOf(answer, question) };
  if (answer.status === 404) return { phase: 'absent' };
  return { phase: 'failed', error: problemOf(answer) };
}

function taskOf(answer: UpstreamAnswer, { sourceName, sourceTaskId }: TaskQuestion): TaskAnswer {
  const payload = answer.json();
  const read = readItem(taskSchema, payload);
  // A proxy that follows the redirect of a completed task hands over an install instead, which has another id.
  if (read === null || read.item.id !== sourceTaskId || !isJsonObject(payload)) {
    const details = { httpStatus: answer.status };
    return {
      phase: 'unreadable',
      error: new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent a task that could not be read.', details),
    };
  }
  return {
    phase: 'found',
    reading: { sourceTaskId, fingerprint: fingerprintOf(payload), translate: () => translateTask(sourceName, read, payload) },
  };
}

/** 303: the task is completed, and `Location` names its install. The body is an install, whose inputs may hold secrets: it is not read. */
function completionOf(answer: UpstreamAnswer, { sourceName, url, sourceTaskId, known }: TaskQuestion): Reading {
  const location = answer.header('location');
  const installId = location === null ? null : installIdOf(location, url);
  const oddFields = location !== null && installId === null ? ['Location'] : [];
  const completion = { sourceTaskId, installId, oddFields };
  return { sourceTaskId, fingerprint: fingerprintOf(completion), translate: () => translateCompleted(sourceName, completion, known) };
}
