import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';

import { Node } from './global-id.js';

@ObjectType({
  description: 'One configured control plane, for example the SDDC Manager of one site. There may be several sources of one kind.',
  implements: Node,
})
export class TaskSource extends Node {
  readonly __typename!: 'TaskSource';

  @Field(() => ID, { description: 'Globally unique id: "source:" and the name of the source.' })
  override id!: string;

  @Field(() => String, {
    description:
      'Unique name of the source from the configuration: a lower-case letter, then up to 30 lower-case letters, digits or hyphens. It is the first part of the ids of its tasks.',
  })
  name!: string;

  @Field(() => TaskSourceKind, { description: 'Kind of control plane that the source connects to.' })
  kind!: TaskSourceKind;

  @Field(() => String, {
    description: 'Name of the source for display, from the configuration; where none is configured, the same as name.',
  })
  displayName!: string;

  @Field(() => TaskSourceCapabilities, { description: 'What the source and its tasks support in general.' })
  capabilities!: TaskSourceCapabilities;
}

/** Empty here: the schema adds the kinds of the registered sources as values when it is built. */
export const TaskSourceKind = {} as const;
export type TaskSourceKind = string;

registerEnumType(TaskSourceKind, {
  name: 'TaskSourceKind',
  description: 'Kind of control plane that a source connects to. Values may be added when this gateway supports further kinds.',
});

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
