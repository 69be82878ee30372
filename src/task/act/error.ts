import { createUnionType } from 'type-graphql';

import { TaskConflictError } from './conflict-error.js';
import { IdempotencyKeyReusedError } from './idempotency-key-reused-error.js';
import { TaskActionNotAllowedError } from './not-allowed-error.js';
import { TaskNotFoundError } from './not-found-error.js';
import { TaskOutcomeUnknownError } from './outcome-unknown-error.js';
import { TaskSourceError } from './source-error.js';

export const TaskActionError = createUnionType({
  name: 'TaskActionError',
  description: 'Why an action was rejected, or why its outcome is unknown.',
  types: () =>
    [
      TaskNotFoundError,
      TaskActionNotAllowedError,
      TaskConflictError,
      TaskSourceError,
      TaskOutcomeUnknownError,
      IdempotencyKeyReusedError,
    ] as const,
});
export type TaskActionError =
  TaskNotFoundError | TaskActionNotAllowedError | TaskConflictError | TaskSourceError | TaskOutcomeUnknownError | IdempotencyKeyReusedError;
