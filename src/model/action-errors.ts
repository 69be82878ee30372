import { createUnionType, Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql';

import { TaskActionBlocker } from './action.js';
import { InlineList } from './field-metadata.js';
import { TaskSourceProblem } from './source-problem.js';
import { TaskStatus } from './task-status.js';

@InterfaceType({ description: 'The fields that all members of the unions TaskActionError and TrackTaskError share.' })
abstract class TaskActionErrorFields {
  @Field(() => String, { description: 'The error as a human-readable text.' })
  message!: string;

  @Field(() => [String], {
    description: 'Path of the input field that the error is about, from the argument inward, for example ["input", "id"].',
  })
  path!: readonly string[];
}

@ObjectType({
  description: 'There is no task with this id, or the caller may not read it; for untrackTask also one that is not tracked.',
  implements: TaskActionErrorFields,
})
class TaskNotFoundError extends TaskActionErrorFields {
  readonly __typename!: 'TaskNotFoundError';

  @Field(() => ID, {
    description: 'Id of the task, as the input gave it or built from the name of the source and the id on its control plane.',
  })
  taskId!: string;
}

@ObjectType({ description: 'The action was not allowed, so nothing was sent to the control plane.', implements: TaskActionErrorFields })
class TaskActionNotAllowedError extends TaskActionErrorFields {
  readonly __typename!: 'TaskActionNotAllowedError';

  @InlineList()
  @Field(() => [TaskActionBlocker], { description: 'All reasons why the action was not allowed.' })
  blockers!: readonly TaskActionBlocker[];
}

@ObjectType({
  description: 'The control plane refused the action, because the task had changed in the meantime.',
  implements: TaskActionErrorFields,
})
class TaskConflictError extends TaskActionErrorFields {
  readonly __typename!: 'TaskConflictError';

  @Field(() => TaskStatus, {
    description: 'Status of the task after the refusal, or the last known one when the task could not be read again.',
  })
  currentStatus!: TaskStatus;
}

@ObjectType({
  description:
    'The control plane refused the request or could not be reached, or this gateway could not record what was requested. Nothing was changed.',
  implements: TaskActionErrorFields,
})
class TaskSourceError extends TaskActionErrorFields {
  readonly __typename!: 'TaskSourceError';

  @Field(() => TaskSourceProblem, { description: 'What went wrong, with its category and details.' })
  problem!: TaskSourceProblem;

  @Field(() => Boolean, { description: 'Whether the same request may succeed later and can be repeated safely.' })
  isRetryable!: boolean;

  @Field(() => Int, {
    description: 'How long to wait before the request is repeated, in milliseconds, at most one hour. Null when nothing is known about it.',
    nullable: true,
  })
  retryAfterMs!: number | null;
}

@ObjectType({
  description: 'The request was sent, but no answer says whether it took effect. The gateway does not send it again.',
  implements: TaskActionErrorFields,
})
class TaskOutcomeUnknownError extends TaskActionErrorFields {
  readonly __typename!: 'TaskOutcomeUnknownError';

  @Field(() => TaskSourceProblem, { description: 'Why the outcome of the request is not known.' })
  problem!: TaskSourceProblem;

  @Field(() => TaskStatus, {
    description: 'Status of the task when it was read after the request. Null when it could not be read.',
    nullable: true,
  })
  observedStatus!: TaskStatus | null;
}

@ObjectType({
  description: 'The idempotency key was used before with another input, so nothing was sent.',
  implements: TaskActionErrorFields,
})
class IdempotencyKeyReusedError extends TaskActionErrorFields {
  readonly __typename!: 'IdempotencyKeyReusedError';
}

@ObjectType({ description: 'There is no source with this name, or the caller may not read it.', implements: TaskActionErrorFields })
class TaskSourceNotFoundError extends TaskActionErrorFields {
  readonly __typename!: 'TaskSourceNotFoundError';
}

@ObjectType({
  description: 'The control plane lists its tasks by itself, so they cannot and need not be tracked.',
  implements: TaskActionErrorFields,
})
class TaskTrackingNotNeededError extends TaskActionErrorFields {
  readonly __typename!: 'TaskTrackingNotNeededError';
}

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

export const TrackTaskError = createUnionType({
  name: 'TrackTaskError',
  description: 'Why a task could not be tracked or untracked.',
  types: () => [TaskSourceNotFoundError, TaskTrackingNotNeededError, TaskNotFoundError, TaskSourceError] as const,
});
export type TrackTaskError = TaskSourceNotFoundError | TaskTrackingNotNeededError | TaskNotFoundError | TaskSourceError;
