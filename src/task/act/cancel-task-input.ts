import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'What cancelTask takes.' })
export class CancelTaskInput {
  @Field(() => ID, { description: 'The task.' })
  id!: string;

  @Field(() => String, { description: 'As in RetryTaskInput.', nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: 'For the audit log.', nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: 'Returned as it came (Relay).', nullable: true })
  clientMutationId?: string | null | undefined;
}
