import { Field, ObjectType } from 'type-graphql';

import { TaskStatus } from '../model/status.js';
import { DateTime } from '../scalars/date-time.js';

@ObjectType({ description: 'A status of a task, and since when this gateway has seen it.' })
export class TaskStatusChange {
  @Field(() => TaskStatus, { description: 'In the shared words.' })
  status!: TaskStatus;

  @Field(() => String, { description: "In the plane's own word, verbatim; null where it sent none.", nullable: true })
  sourceStatus!: string | null;

  @Field(() => DateTime, { description: 'When this gateway first saw it.' })
  at!: number;
}
