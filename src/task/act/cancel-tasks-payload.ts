import { Field, ObjectType } from 'type-graphql';

import { CancelTaskPayload } from './cancel-task-payload.js';

@ObjectType({ description: 'What cancelling many answers.' })
export class CancelTasksPayload {
  @Field(() => [CancelTaskPayload], { description: 'In the length and order of ids.' })
  results!: readonly CancelTaskPayload[];

  @Field(() => String, { description: 'As it came.', nullable: true })
  clientMutationId!: string | null;
}
