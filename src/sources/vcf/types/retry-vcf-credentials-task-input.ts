import { Field, ID, InputType } from 'type-graphql';

import { actionDescriptions } from '../../../task/act/action-descriptions.js';
import { VcfCredentialsElementInput } from './credentials-element-input.js';

@InputType({ description: 'Input of the mutation retryVcfCredentialsTask.' })
export class RetryVcfCredentialsTaskInput {
  @Field(() => ID, { description: 'Id of the credentials task that is to be retried.' })
  id!: string;

  @Field(() => [VcfCredentialsElementInput], {
    description: 'The credentials that are sent to SDDC Manager with the retry, at least one. They are never logged and never stored.',
  })
  elements!: readonly VcfCredentialsElementInput[];

  @Field(() => String, { description: actionDescriptions.idempotencyKey, nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.reason, nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}
