import { Field, Int, ObjectType } from 'type-graphql';

import { DateTime } from '../../scalars/date-time.js';
import { TaskSourceKind } from '../../source/kind.js';

@ObjectType({ description: 'Failed tasks with one cause.' })
export class TaskFailureGroup {
  @Field(() => String, { description: 'Stable; for TaskFilter.failureKeys.' })
  key!: string;

  @Field(() => TaskSourceKind, { description: 'Of the planes.' })
  kind!: TaskSourceKind;

  @Field(() => String, { description: 'The code they share.', nullable: true })
  code!: string | null;

  @Field(() => String, { description: 'The message they share; what differs is replaced by an ellipsis.' })
  message!: string;

  @Field(() => String, { description: 'What to do.', nullable: true })
  remediation!: string | null;

  @Field(() => Int, { description: 'Exact.' })
  count!: number;

  @Field(() => DateTime, { description: 'Earliest finish.', nullable: true })
  firstSeenAt!: number | null;

  @Field(() => DateTime, { description: 'Latest finish.', nullable: true })
  lastSeenAt!: number | null;
}
