import { Field, ObjectType } from 'type-graphql';

import { JSONObject, type JsonObject } from '../../../task/scalars/json-object.js';

@ObjectType({ description: 'A link that the catalog attaches to a task, in the form of RFC 7033.' })
export class CatalogLink {
  @Field(() => String, {
    description:
      'Target of the link: a fragment such as #name for an entity of the same graph, or a path or URL of something outside of it.',
  })
  href!: string;

  @Field(() => String, { description: 'Relation type of the link, which says how the target is related to the task.' })
  rel!: string;

  @Field(() => String, { description: 'Media type of the target. Null when the catalog does not send it.', nullable: true })
  type!: string | null;

  @Field(() => JSONObject, {
    description: 'Human-readable titles of the link, by BCP 47 language tag. Null when the catalog sends none.',
    nullable: true,
  })
  titles!: JsonObject | null;

  @Field(() => JSONObject, {
    description: 'Further properties of the link by their names, with secrets replaced by "[removed]". Null when the catalog sends none.',
    nullable: true,
  })
  properties!: JsonObject | null;
}
