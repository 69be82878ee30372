import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'What retryTasks takes.' })
export class RetryTasksInput {
  @Field(() => [ID], { description: 'Up to 100.' })
  ids!: readonly string[];

  @Field(() => String, { description: 'Holds for each task by itself.', nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: 'For the audit log.', nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: 'Returned as it came (Relay).', nullable: true })
  clientMutationId?: string | null | undefined;
}
