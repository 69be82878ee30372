import { Field, ID, InputType } from 'type-graphql';

import { actionDescriptions } from './action-descriptions.js';

@InputType({ description: 'Input of the mutation untrackTask.' })
export class UntrackTaskInput {
  @Field(() => ID, { description: 'Id of the task that is no longer to be tracked.' })
  id!: string;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}
