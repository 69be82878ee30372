import { Field, ID, ObjectType } from 'type-graphql';

import { Node } from '../model/node.js';
import { TaskSourceCapabilities } from './capabilities.js';
import { TaskSourceKind } from './kind.js';

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
