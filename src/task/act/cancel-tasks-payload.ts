import { Field, ObjectType } from 'type-graphql';

import { actionDescriptions } from './action-descriptions.js';
import { CancelTaskPayload } from './cancel-task-payload.js';

@ObjectType({ description: 'Result of the mutation cancelTasks.' })
export class CancelTasksPayload {
  @Field(() => [CancelTaskPayload], {
    description: 'One result for each entry of ids in the input, in the same order; a repeated id repeats its result.',
  })
  results!: readonly CancelTaskPayload[];

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}
