import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What tasks of a source can do at all.' })
export class TaskSourceCapabilities {
  @Field(() => Boolean, { description: 'False: the plane cannot list; its tasks appear once they are tracked.' })
  list!: boolean;

  @Field(() => Boolean, { description: 'The plane has a call for it, and the configuration allows it.' })
  retry!: boolean;

  @Field(() => Boolean, { description: 'The plane has a call for it, and the configuration allows it.' })
  cancel!: boolean;

  @Field(() => Boolean, { description: 'Its tasks can have subtasks.' })
  subtasks!: boolean;

  @Field(() => Boolean, { description: 'Its tasks can say how far they are.' })
  progress!: boolean;
}
