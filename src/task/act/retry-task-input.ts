import { Field, ID, InputType } from 'type-graphql';

import { actionDescriptions } from './action-descriptions.js';

@InputType({ description: 'Input of the mutation retryTask.' })
export class RetryTaskInput {
  @Field(() => ID, { description: 'Id of the task that is to be retried.' })
  id!: string;

  @Field(() => String, {
    description: actionDescriptions.idempotencyKey,
    nullable: true,
  })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.reason, nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}
