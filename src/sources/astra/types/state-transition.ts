import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A permitted change of state.' })
export class AstraStateTransition {
  @Field(() => String, { description: 'From this state; some planes leave it out.', nullable: true })
  from!: string | null;

  @Field(() => [String], { description: 'To one of these.' })
  to!: readonly string[];
}
