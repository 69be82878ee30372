import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'What untrackTask takes.' })
export class UntrackTaskInput {
  @Field(() => ID, { description: 'The task.' })
  id!: string;

  @Field(() => String, { description: 'Returned as it came (Relay).', nullable: true })
  clientMutationId?: string | null | undefined;
}
