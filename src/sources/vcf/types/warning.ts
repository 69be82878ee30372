import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from '../../../task/model/warning-fields.js';
import { Url } from '../../../task/scalars/url.js';

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
