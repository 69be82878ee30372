import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A label in the metadata of an Astra Control task.' })
export class AstraLabel {
  @Field(() => String, { description: 'Name of the label, as Astra Control sends it.' })
  name!: string;

  @Field(() => String, { description: 'Value of the label, as Astra Control sends it.' })
  value!: string;
}
