import { Field, InterfaceType } from 'type-graphql';

import { TaskFailure } from './failure.js';
import { InlineList } from './field-cost.js';
import { TaskProgress } from './progress.js';
import { computeDuration, DateTime } from './scalars.js';
import { TaskStatus } from './task-status.js';

/** Description of every field that shows a status as the control plane sent it. */
export const sourceStatusDescription =
  'Status exactly as the control plane sent it. Null when it sent none, for example because the catalog reports a completed task by a redirect.';

@InterfaceType({ description: 'The life cycle that tasks, subtasks and stages share.' })
export abstract class TaskLifecycle {
  /** Name of the object type. */
  readonly __typename!: string;

  @Field(() => String, {
    description:
      'Human-readable name. Where the control plane sends none, this gateway builds one from the operation, the resource, the position or the id.',
  })
  name!: string;

  @Field(() => String, {
    description: 'Longer human-readable description. Null when the control plane sends none, as the catalog does not.',
    nullable: true,
  })
  description!: string | null;

  @Field(() => String, {
    description:
      'The kind of work in the vocabulary of the control plane, for example create, astra.backup or HOST_COMMISSION; for a credentials task of SDDC Manager its operation type. Null when the control plane does not say it.',
    nullable: true,
  })
  operation!: string | null;

  @Field(() => TaskStatus, { description: 'Status in the vocabulary of this API, translated from sourceStatus.' })
  status!: TaskStatus;

  @Field(() => String, { description: sourceStatusDescription, nullable: true })
  sourceStatus!: string | null;

  @Field(() => Boolean, {
    description: 'Whether the work is over: true when no further change of the status is expected unless somebody acts on it.',
  })
  isFinished!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether the work succeeded: true for SUCCEEDED, SUCCEEDED_WITH_WARNINGS and SKIPPED, false for FAILED, CANCELLED and TIMED_OUT. Null until the work is finished.',
    nullable: true,
  })
  isSuccessful!: boolean | null;

  @Field(() => DateTime, {
    description: 'When the work was created at its control plane. Null when the control plane does not report it.',
    nullable: true,
  })
  createdAt!: number | null;

  @Field(() => DateTime, {
    description:
      'When the work started. Null before it starts, and when the control plane does not report it, as SDDC Manager and the catalog do not.',
    nullable: true,
  })
  startedAt!: number | null;

  @Field(() => DateTime, {
    description:
      'When the work ended. Null until it is finished, even when the control plane already sends an end time, and when the control plane does not report it.',
    nullable: true,
  })
  finishedAt!: number | null;

  @Field(() => TaskProgress, {
    description:
      'How far the work is. Null when nothing is known about it: the control plane reports no percentage, and there are no subtasks to count.',
    nullable: true,
  })
  progress!: TaskProgress | null;

  @InlineList()
  @Field(() => [TaskFailure], {
    description:
      'Why the work failed, as its control plane reports it; for a task or subtask that reports no failure itself, the failures of its parts. Empty unless the status is FAILED or TIMED_OUT.',
  })
  failures!: readonly TaskFailure[];
}

/**
 * Milliseconds from the start, or else the creation, of the work to its end, or to `now` while it is not finished; null
 * when one of the times is unknown or cannot be right. `now` is null where only finished work counts.
 */
export function computeElapsed(
  { startedAt, createdAt, finishedAt, isFinished }: Pick<TaskLifecycle, 'startedAt' | 'createdAt' | 'finishedAt' | 'isFinished'>,
  now: number | null,
): number | null {
  return computeDuration(startedAt ?? createdAt, isFinished ? finishedAt : now);
}
