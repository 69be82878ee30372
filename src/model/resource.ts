import { Field, ID, ObjectType } from 'type-graphql';

import { Node } from './global-id.js';

@ObjectType({
  description:
    'Something that tasks work on, such as a host, a backup or an installed package. Other subgraphs of a federated graph can extend this entity by its id.',
  implements: Node,
})
export class TaskResource extends Node {
  readonly __typename!: 'TaskResource';

  @Field(() => ID, {
    description: 'Globally unique id: "resource:", the name of the source, a colon, and the id of the resource on its control plane.',
  })
  override id!: string;

  @Field(() => String, { description: 'Id of the resource on its control plane, as that control plane sends it.' })
  sourceResourceId!: string;

  @Field(() => String, {
    description:
      'Type of the resource in the vocabulary of its control plane, for example ESXI, appBackups or package. Null when the control plane does not say it.',
    nullable: true,
  })
  type!: string | null;

  @Field(() => String, {
    description:
      'Name of the resource, as its control plane sends it with the task; for a resource fetched by its id, as sent with the newest task that names it. Null when the control plane sends no name. `displayName` is never null.',
    nullable: true,
  })
  name!: string | null;

  @Field(() => String, {
    description: 'Fully qualified domain name of the resource. Null when the control plane does not send one.',
    nullable: true,
  })
  fqdn!: string | null;

  @Field(() => String, {
    description: 'URI of the resource, relative to the base URL of its control plane. Null when the control plane does not send one.',
    nullable: true,
  })
  uri!: string | null;

  /** Not in the schema: the source whose tasks name it. */
  sourceName!: string;
}
