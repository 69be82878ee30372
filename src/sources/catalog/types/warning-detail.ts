import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What a warning of the catalog says about one field of the request.' })
export class CatalogWarningDetail {
  @Field(() => String, { description: 'Code of the detail in the vocabulary of the catalog.' })
  code!: string;

  @Field(() => String, { description: 'JSON path of the field in the body of the request.' })
  field!: string;

  @Field(() => String, { description: 'The detail as a human-readable text.' })
  message!: string;
}
