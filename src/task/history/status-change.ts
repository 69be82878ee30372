import { Field, ObjectType } from 'type-graphql';

import { sourceStatusDescription } from '../model/lifecycle.js';
import { TaskStatus } from '../model/status.js';
import { DateTime } from '../scalars/date-time.js';

@ObjectType({ description: 'A status that a task had, and when this gateway first saw it.' })
export class TaskStatusChange {
  @Field(() => TaskStatus, { description: 'The status in the vocabulary of this API.' })
  status!: TaskStatus;

  @Field(() => String, { description: sourceStatusDescription, nullable: true })
  sourceStatus!: string | null;

  @Field(() => DateTime, { description: 'When this gateway first saw the task in this status.' })
  at!: number;
}
