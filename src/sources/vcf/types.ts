import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';

import { ChargedList, InlineList } from '../../model/field-metadata.js';
import { TaskResource } from '../../model/resource.js';
import { Url } from '../../model/scalars.js';
import { TaskWarningFields } from '../../model/task-warning.js';
import { Task, TaskPart, TaskSubtaskFields } from '../../model/task.js';

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

export const VcfResolutionStatus = {
  RESOLVED: 'RESOLVED',
  UNRESOLVED: 'UNRESOLVED',
  UNKNOWN: 'UNKNOWN',
} as const;
export type VcfResolutionStatus = keyof typeof VcfResolutionStatus;

registerEnumType(VcfResolutionStatus, {
  name: 'VcfResolutionStatus',
  description: 'Whether SDDC Manager regards the failure of a task as resolved.',
  valuesConfig: {
    RESOLVED: { description: 'SDDC Manager reports the task as resolved.' },
    UNRESOLVED: { description: 'SDDC Manager reports the task as not resolved.' },
    UNKNOWN: { description: 'SDDC Manager sent a value that this gateway cannot translate.' },
  },
});

@ObjectType({ description: 'What a credentials task of SDDC Manager does.' })
export class VcfCredentialsOperation {
  @Field(() => String, {
    description:
      'The operation: UPDATE, ROTATE, REMEDIATE, UPDATE_AUTO_ROTATE_POLICY, or another value that SDDC Manager sends. UNKNOWN when it sends none.',
  })
  operationType!: string;

  @Field(() => Boolean, {
    description: 'Whether an auto-rotate policy started the operation. Null when SDDC Manager does not say it.',
    nullable: true,
  })
  isAutoRotate!: boolean | null;
}

@ObjectType({ description: 'A subtask of a task of SDDC Manager.', implements: [TaskPart, TaskSubtaskFields] })
export class VcfSubtask extends TaskSubtaskFields {
  override readonly __typename!: 'VcfSubtask';

  @Field(() => Int, {
    description: 'Position among its sibling subtasks, from 0, in the order of SDDC Manager, which gives subtasks no id.',
  })
  index!: number;

  @ChargedList()
  @Field(() => [TaskResource], { description: 'The resources that the subtask works on; empty when SDDC Manager names none.' })
  resources!: readonly TaskResource[];

  @InlineList()
  @Field(() => [VcfStage], { description: 'The stages of the subtask, in the order of SDDC Manager.' })
  override stages!: readonly VcfStage[];

  @InlineList()
  @Field(() => [VcfSubtask], { description: 'The subtasks of this subtask, in the order of SDDC Manager.' })
  override children!: readonly VcfSubtask[];

  @Field(() => Url, { description: 'Web page with documentation about the subtask. Null when SDDC Manager names none.', nullable: true })
  documentationUrl!: string | null;
}

@ObjectType({ description: 'A stage of a subtask of SDDC Manager.', implements: TaskPart })
export class VcfStage extends TaskPart {
  override readonly __typename!: 'VcfStage';

  @Field(() => Int, { description: 'Position among the stages of its subtask, from 0, in the order of SDDC Manager.' })
  index!: number;
}

@ObjectType({
  description:
    'A subtask of a credentials task of SDDC Manager, for one account. Passwords that SDDC Manager sends with it are removed when it is read and cannot be queried.',
  implements: [TaskPart, TaskSubtaskFields],
})
export class VcfCredentialsSubtask extends TaskSubtaskFields {
  override readonly __typename!: 'VcfCredentialsSubtask';

  @Field(() => String, { description: 'Id of the subtask at SDDC Manager. Null when it sends none.', nullable: true })
  override sourceSubtaskId!: string | null;

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

  @InlineList()
  @Field(() => [VcfCredentialsSubtask], { description: 'The subtasks that depend on this one; empty when there are none.' })
  override children!: readonly VcfCredentialsSubtask[];
}

@ObjectType({
  description:
    'A warning from SDDC Manager: an error of type WARNING, a notification of severity WARNING, or an error of a task that did not fail.',
  implements: TaskWarningFields,
})
export class VcfWarning extends TaskWarningFields {
  override readonly __typename!: 'VcfWarning';

  @Field(() => String, { description: 'Error code of SDDC Manager. Null when it sends none.', nullable: true })
  override code!: string | null;

  @Field(() => String, { description: 'What SDDC Manager recommends to do about it. Null when it recommends nothing.', nullable: true })
  remediation!: string | null;

  @Field(() => Url, { description: 'Web page with more about the remedy. Null when SDDC Manager names none.', nullable: true })
  remediationUrl!: string | null;

  @Field(() => String, {
    description: 'Reference under which the support finds the warning. Null when SDDC Manager sends none.',
    nullable: true,
  })
  referenceToken!: string | null;
}
