import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType({
  description:
    'Anything that can be fetched again by its id (Relay). Ids are opaque; they go into URLs through encodeURIComponent; renaming a source changes the ids of its tasks.',
})
export abstract class Node {
  @Field(() => ID, { description: 'Stable, globally unique.' })
  id!: string;
}
