import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'What a source and its tasks support in general. Whether an action on one task is allowed now is in Task.retry and Task.cancel.',
})
export class TaskSourceCapabilities {
  @Field(() => Boolean, {
    description:
      'Whether the control plane can list its tasks. Where it cannot, a task appears in lists once it is tracked, through trackTask or the configuration.',
  })
  list!: boolean;

  @Field(() => Boolean, {
    description: 'Whether tasks can be retried: the control plane has an API call for it, and the configuration allows it.',
  })
  retry!: boolean;

  @Field(() => Boolean, {
    description: 'Whether tasks can be cancelled: the control plane has an API call for it, and the configuration allows it.',
  })
  cancel!: boolean;

  @Field(() => Boolean, { description: 'Whether tasks of this source can have subtasks.' })
  subtasks!: boolean;

  @Field(() => Boolean, { description: 'Whether tasks of this source can have a progress.' })
  progress!: boolean;
}
