import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from './warning-fields.js';

@ObjectType({ description: 'From this gateway: the plane sent a status that is not mapped.', implements: TaskWarningFields })
export class UnmappedStatusWarning extends TaskWarningFields {
  override readonly __typename!: 'UnmappedStatusWarning';

  @Field(() => String, { description: 'UNMAPPED_STATUS', nullable: true })
  override code!: string | null;

  @Field(() => String, { description: 'What was sent.', nullable: true })
  sourceStatus!: string | null;
}
