import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from './warning-fields.js';

@ObjectType({
  description:
    'A warning of this gateway: the control plane sent a status that has no counterpart in TaskStatus, or sent none, so that the status is UNKNOWN.',
  implements: TaskWarningFields,
})
export class UnmappedStatusWarning extends TaskWarningFields {
  override readonly __typename!: 'UnmappedStatusWarning';

  @Field(() => String, { description: 'Always UNMAPPED_STATUS; a constant that programs can compare with.', nullable: true })
  override code!: string | null;

  @Field(() => String, { description: 'The status exactly as the control plane sent it; null when it sent none.', nullable: true })
  sourceStatus!: string | null;
}
