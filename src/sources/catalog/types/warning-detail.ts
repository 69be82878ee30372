import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'One detail of a catalog warning.' })
export class CatalogWarningDetail {
  @Field(() => String, { description: "The catalog's code." })
  code!: string;

  @Field(() => String, { description: 'JSON path.' })
  field!: string;

  @Field(() => String, { description: 'For people.' })
  message!: string;
}
