import { Field, ObjectType } from 'type-graphql';

import { Task } from '../../../task/model/task.js';
import { VcfCredentialsOperation } from './credentials-operation.js';
import { VcfResolutionStatus } from './resolution-status.js';

@ObjectType({ description: 'A task of SDDC Manager.', implements: Task })
export class VcfTask extends Task {
  override readonly __typename!: 'VcfTask';

  @Field(() => VcfResolutionStatus, {
    description: 'What the plane says of its resolution; UNRESOLVED also on successful tasks.',
    nullable: true,
  })
  resolutionStatus!: VcfResolutionStatus | null;

  @Field(() => VcfCredentialsOperation, { description: 'Present when it rotates, updates or remediates credentials.', nullable: true })
  credentials!: VcfCredentialsOperation | null;
}
