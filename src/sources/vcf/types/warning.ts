import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from '../../../task/model/warning-fields.js';
import { Url } from '../../../task/scalars/url.js';

@ObjectType({ description: 'From SDDC Manager: an error of type WARNING, or a notification.', implements: TaskWarningFields })
export class VcfWarning extends TaskWarningFields {
  override readonly __typename!: 'VcfWarning';

  @Field(() => String, { description: 'The error code.', nullable: true })
  override code!: string | null;

  @Field(() => String, { description: 'What to do.', nullable: true })
  remediation!: string | null;

  @Field(() => Url, { description: 'Where to read more.', nullable: true })
  remediationUrl!: string | null;

  @Field(() => String, { description: 'The support key.', nullable: true })
  referenceToken!: string | null;
}
