import { Field, Int, ObjectType } from 'type-graphql';

import { DateTime } from '../../scalars/date-time.js';
import { TaskSourceKind } from '../../source/kind.js';

@ObjectType({
  description:
    'The tasks that failed or timed out for the same cause: with the same error code, or else with the same message apart from names and numbers.',
})
export class TaskFailureGroup {
  @Field(() => String, {
    description:
      'Key of the group, which stays the same for the same cause across restarts and replicas. It can be given to TaskFilter.failureKeys.',
  })
  key!: string;

  @Field(() => TaskSourceKind, { description: 'Kind of control plane that the tasks of the group belong to.' })
  kind!: TaskSourceKind;

  @Field(() => String, {
    description:
      'Error code that the tasks of the group share. Null when the control plane gives none, so that they are grouped by their message.',
    nullable: true,
  })
  code!: string | null;

  @Field(() => String, { description: 'Text that the messages of the tasks have in common, with an ellipsis where they differ.' })
  message!: string;

  @Field(() => String, {
    description: 'What the control plane recommends to do. Null when it recommends nothing, or not the same for all tasks of the group.',
    nullable: true,
  })
  remediation!: string | null;

  @Field(() => Int, { description: 'Exact number of tasks in the group.' })
  count!: number;

  @Field(() => DateTime, { description: 'When the first task of the group ended. Null when no end time is known.', nullable: true })
  firstSeenAt!: number | null;

  @Field(() => DateTime, { description: 'When the latest task of the group ended. Null when no end time is known.', nullable: true })
  lastSeenAt!: number | null;
}
