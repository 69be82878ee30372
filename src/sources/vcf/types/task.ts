import { Field, ObjectType } from 'type-graphql';

import { Task } from '../../../task/model/task.js';
import { VcfCredentialsOperation } from './credentials-operation.js';
import { VcfResolutionStatus } from './resolution-status.js';

@ObjectType({ description: 'A task of SDDC Manager in VMware Cloud Foundation.', implements: Task })
export class VcfTask extends Task {
  override readonly __typename!: 'VcfTask';

  @Field(() => VcfResolutionStatus, {
    description:
      'Whether SDDC Manager regards the task as resolved; it may report UNRESOLVED for successful tasks too. Null when it sends nothing about it.',
    nullable: true,
  })
  resolutionStatus!: VcfResolutionStatus | null;

  @Field(() => VcfCredentialsOperation, {
    description: 'What the task does with credentials. Null unless SDDC Manager lists it among its credentials tasks.',
    nullable: true,
  })
  credentials!: VcfCredentialsOperation | null;
}
