import { Field, ObjectType } from 'type-graphql';

import { JSONObject, type JsonObject } from '../../../task/scalars/json-object.js';

@ObjectType({ description: 'A link of a catalog task (RFC 7033).' })
export class CatalogLink {
  @Field(() => String, { description: 'A fragment (#name) inside the same graph, or a target outside.' })
  href!: string;

  @Field(() => String, { description: 'Relation type.' })
  rel!: string;

  @Field(() => String, { description: 'Media type of the target.', nullable: true })
  type!: string | null;

  @Field(() => JSONObject, { description: 'Titles by language tag.', nullable: true })
  titles!: JsonObject | null;

  @Field(() => JSONObject, { description: 'More, by name.', nullable: true })
  properties!: JsonObject | null;
}
