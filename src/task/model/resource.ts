import { Field, ID, ObjectType } from 'type-graphql';

import { Node } from './node.js';

@ObjectType({ description: 'Something that tasks work on: a host, a backup, an install. Other subgraphs join here.', implements: Node })
export class TaskResource extends Node {
  readonly __typename!: 'TaskResource';

  @Field(() => ID, { description: '"resource:", source name, ":", and the id at the plane.' })
  override id!: string;

  @Field(() => String, { description: 'Its id there.' })
  sourceResourceId!: string;

  @Field(() => String, { description: "In the plane's own word.", nullable: true })
  type!: string | null;

  @Field(() => String, { description: 'From the newest task that names it.', nullable: true })
  name!: string | null;

  @Field(() => String, { description: 'Where the plane gives one.', nullable: true })
  fqdn!: string | null;

  @Field(() => String, { description: 'Where the plane gives one; relative to the plane.', nullable: true })
  uri!: string | null;

  /** Not in the schema: the source that named it. */
  sourceName!: string;
}
