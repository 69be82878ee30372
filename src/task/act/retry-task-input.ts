import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'What retryTask takes.' })
export class RetryTaskInput {
  @Field(() => ID, { description: 'The task.' })
  id!: string;

  @Field(() => String, {
    description: 'Chosen by the caller; the same key and task give the same answer and are never sent twice. Kept for 24 hours.',
    nullable: true,
  })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: 'For the audit log.', nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: 'Returned as it came (Relay).', nullable: true })
  clientMutationId?: string | null | undefined;
}
