import { Field, ObjectType } from 'type-graphql';

import { TaskActionKind } from '../act/action-kind.js';
import { TaskActionOutcome } from '../act/outcome.js';
import { DateTime } from '../scalars/date-time.js';

/** Most actions of one task that are shown. */
export const mostActionsOfTask = 100;

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
