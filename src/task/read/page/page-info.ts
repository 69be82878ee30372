import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page stands (Relay).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'More after it.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'More before it.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { description: 'Of its first edge.', nullable: true })
  startCursor!: string | null;

  @Field(() => String, { description: 'Of its last edge.', nullable: true })
  endCursor!: string | null;
}
