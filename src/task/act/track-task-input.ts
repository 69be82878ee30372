import { Field, InputType } from 'type-graphql';

@InputType({ description: 'What trackTask takes.' })
export class TrackTaskInput {
  @Field(() => String, { description: 'The source.' })
  sourceName!: string;

  @Field(() => String, { description: 'The id at the plane.' })
  sourceTaskId!: string;

  @Field(() => String, { description: 'Returned as it came (Relay).', nullable: true })
  clientMutationId?: string | null | undefined;
}
