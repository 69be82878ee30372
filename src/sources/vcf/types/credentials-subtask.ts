import { Field, ObjectType } from 'type-graphql';

import { TaskLifecycle } from '../../../task/model/lifecycle.js';

@ObjectType({
  description:
    'A subtask of a credentials task. The passwords that SDDC Manager puts into it are removed at the edge and exist nowhere in this schema.',
  implements: TaskLifecycle,
})
export class VcfCredentialsSubtask extends TaskLifecycle {
  override readonly __typename!: 'VcfCredentialsSubtask';

  @Field(() => String, { description: 'Its id at the plane.', nullable: true })
  sourceSubtaskId!: string | null;

  @Field(() => String, { description: 'The resource whose credential it is.', nullable: true })
  resourceName!: string | null;

  @Field(() => String, { description: 'What that resource is.', nullable: true })
  entityType!: string | null;

  @Field(() => String, { description: 'The account.', nullable: true })
  username!: string | null;

  @Field(() => String, { description: 'SSO, SSH, API, FTP, AUDIT.', nullable: true })
  credentialType!: string | null;

  @Field(() => [VcfCredentialsSubtask], { description: 'Subtasks that depend on it.' })
  children!: readonly VcfCredentialsSubtask[];
}
