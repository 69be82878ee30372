import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Position of a page in its list, as the Relay connection specification defines it.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether the list has further items after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether the list has further items before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { description: 'Cursor of the first item of the page. Null when the page is empty.', nullable: true })
  startCursor!: string | null;

  @Field(() => String, { description: 'Cursor of the last item of the page. Null when the page is empty.', nullable: true })
  endCursor!: string | null;
}
