import { Field, Float, Int, ObjectType } from 'type-graphql';

import { TaskActionKind, TaskActionOutcome } from './action.js';
import { DateTime } from './scalars.js';
import { sourceStatusDescription } from './task-lifecycle.js';
import { TaskStatus } from './task-status.js';

@ObjectType({ description: 'A status that a task had, and when this gateway first saw it.' })
export class TaskStatusChange {
  @Field(() => TaskStatus, { description: 'The status in the vocabulary of this API.' })
  status!: TaskStatus;

  @Field(() => String, { description: sourceStatusDescription, nullable: true })
  sourceStatus!: string | null;

  @Field(() => DateTime, { description: 'When this gateway first saw the task in this status.' })
  at!: number;
}

/** Bounds the field `actions` of one task; older actions stay in the audit trail. */
export const maxActionsPerTask = 100;

@ObjectType({
  description: 'An action on a task that was requested through this gateway, whether it was sent to the control plane or not.',
})
export class TaskActionRecord {
  @Field(() => TaskActionKind, { description: 'The action that was requested.' })
  action!: TaskActionKind;

  @Field(() => String, { description: 'The caller that requested the action, named as in the audit log.' })
  by!: string;

  @Field(() => String, { description: 'The reason that the caller gave for the action. Null when the caller gave none.', nullable: true })
  reason!: string | null;

  @Field(() => TaskActionOutcome, {
    description:
      'What became of the action. UNKNOWN is also shown while the action is in progress, and when this gateway stopped before it received the answer.',
  })
  outcome!: TaskActionOutcome;

  @Field(() => DateTime, { description: 'When the action was requested.' })
  at!: number;
}

/** Fewer durations allow no estimate: a median of four is chance. */
export const minSamples = 5;

/**
 * An estimate is computed from at most so many durations of one operation, so that it follows a plane that has become
 * faster or slower.
 */
export const maxDurationSamples = 200;

@ObjectType({
  description:
    'How long tasks with the same operation and source took from their start, or else their creation, to their end. It is computed from the tasks that this gateway has seen succeed, and promises nothing. Only running time counts: tasks are left out whose start their control plane does not report and this gateway has not seen.',
})
export class TaskEstimate {
  @Field(() => Float, { description: 'Median duration in milliseconds: half of the tasks took at most this long.' })
  medianMs!: number;

  @Field(() => Float, { description: 'Ninetieth percentile of the duration in milliseconds: nine of ten tasks took at most this long.' })
  p90Ms!: number;

  @Field(() => Int, {
    description: `Number of tasks that the figures are computed from, the newest ones: ${minSamples} to ${maxDurationSamples}.`,
  })
  sampleCount!: number;
}
