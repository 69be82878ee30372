import { Field, ID, ObjectType } from 'type-graphql';

import { Node } from '../model/node.js';
import { TaskSourceCapabilities } from './capabilities.js';
import { TaskSourceKind } from './kind.js';

@ObjectType({
  description: 'One configured control plane, for example the SDDC Manager of one site. A deployment may have many of one kind.',
  implements: Node,
})
export class TaskSource extends Node {
  readonly __typename!: 'TaskSource';

  @Field(() => ID, { description: '"source:" and the name.' })
  override id!: string;

  @Field(() => String, {
    description:
      'As configured; unique; [a-z][a-z0-9-]{0,30}; never source, resource, javascript, data, file, http, https, blob or mailto.',
  })
  name!: string;

  @Field(() => TaskSourceKind, { description: 'What it speaks.' })
  kind!: TaskSourceKind;

  @Field(() => String, { description: 'For people; the name where none is configured.' })
  displayName!: string;

  @Field(() => TaskSourceCapabilities, { description: 'What its tasks can do at all.' })
  capabilities!: TaskSourceCapabilities;
}
