import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType({
  description:
    'An object that can be fetched by its id, as the Relay specification defines it. Ids are opaque and need encodeURIComponent in URLs; renaming a source changes its id and those of its tasks and resources.',
})
export abstract class Node {
  @Field(() => ID, { description: 'Globally unique id of the object; it stays the same unless its source is renamed.' })
  id!: string;
}
