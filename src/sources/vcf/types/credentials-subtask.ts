import { Field, ObjectType } from 'type-graphql';

import { TaskLifecycle } from '../../../task/model/lifecycle.js';

@ObjectType({
  description:
    'A subtask of a credentials task of SDDC Manager, for one account. Passwords that SDDC Manager sends with it are removed when it is read and cannot be queried.',
  implements: TaskLifecycle,
})
export class VcfCredentialsSubtask extends TaskLifecycle {
  override readonly __typename!: 'VcfCredentialsSubtask';

  @Field(() => String, { description: 'Id of the subtask at SDDC Manager. Null when it sends none.', nullable: true })
  sourceSubtaskId!: string | null;

  @Field(() => String, {
    description: 'Name of the resource that the account belongs to. Null when SDDC Manager does not send it.',
    nullable: true,
  })
  resourceName!: string | null;

  @Field(() => String, {
    description: 'Type of that resource, for example ESXI or VCENTER. Null when SDDC Manager does not send it.',
    nullable: true,
  })
  entityType!: string | null;

  @Field(() => String, { description: 'User name of the account. Null when SDDC Manager does not send it.', nullable: true })
  username!: string | null;

  @Field(() => String, {
    description: 'Type of the credential: SSO, SSH, API, FTP or AUDIT. Null when SDDC Manager does not send it.',
    nullable: true,
  })
  credentialType!: string | null;

  @Field(() => [VcfCredentialsSubtask], { description: 'The subtasks that depend on this one; empty when there are none.' })
  children!: readonly VcfCredentialsSubtask[];
}
