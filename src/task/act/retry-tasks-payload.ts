import { Field, ObjectType } from 'type-graphql';

import { RetryTaskPayload } from './retry-task-payload.js';

@ObjectType({ description: 'What retrying many answers.' })
export class RetryTasksPayload {
  @Field(() => [RetryTaskPayload], { description: 'In the length and order of ids.' })
  results!: readonly RetryTaskPayload[];

  @Field(() => String, { description: 'As it came.', nullable: true })
  clientMutationId!: string | null;
}
