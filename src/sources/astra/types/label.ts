import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A label.' })
export class AstraLabel {
  @Field(() => String, { description: 'Key.' })
  name!: string;

  @Field(() => String, { description: 'Value.' })
  value!: string;
}
