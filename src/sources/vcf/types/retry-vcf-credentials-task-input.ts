import { Field, ID, InputType } from 'type-graphql';

import { VcfCredentialsElementInput } from './credentials-element-input.js';

@InputType({ description: 'What retryVcfCredentialsTask takes.' })
export class RetryVcfCredentialsTaskInput {
  @Field(() => ID, { description: 'The credentials task.' })
  id!: string;

  @Field(() => [VcfCredentialsElementInput], { description: 'What to set. Never logged, never kept.' })
  elements!: readonly VcfCredentialsElementInput[];

  @Field(() => String, { description: 'As in RetryTaskInput.', nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: 'For the audit log.', nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: 'Returned as it came (Relay).', nullable: true })
  clientMutationId?: string | null | undefined;
}
