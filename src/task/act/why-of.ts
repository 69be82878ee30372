import type { ReasonWord } from '../audit/reason-word.js';
import type { TaskActionError } from './error.js';
import type { TrackTaskError } from './track-task-error.js';

type Told = Exclude<TaskActionError | TrackTaskError, { readonly __typename: 'TaskActionNotAllowedError' }>;

const words: Readonly<Record<Told['__typename'], ReasonWord>> = {
  TaskNotFoundError: 'NOT_FOUND',
  TaskSourceNotFoundError: 'NOT_FOUND',
  TaskConflictError: 'CONFLICT',
  TaskSourceError: 'SOURCE_ERROR',
  TaskOutcomeUnknownError: 'OUTCOME_UNKNOWN',
  IdempotencyKeyReusedError: 'KEY_REUSED',
  TaskTrackingNotNeededError: 'TRACKING_NOT_NEEDED',
};

/** What the trail calls the reason that a caller was told. */
export function whyOf(error: TaskActionError | TrackTaskError): readonly ReasonWord[] {
  return error.__typename === 'TaskActionNotAllowedError' ? error.blockers.map(({ code }) => code) : [words[error.__typename]];
}
