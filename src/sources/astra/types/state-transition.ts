import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A change of the state of a task that Astra Control describes as permitted.' })
export class AstraStateTransition {
  @Field(() => String, { description: 'State that the change starts from. Null when Astra Control leaves it out.', nullable: true })
  from!: string | null;

  @Field(() => [String], { description: 'States that the change can lead to.' })
  to!: readonly string[];
}
