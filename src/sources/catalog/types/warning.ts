import { Field, Int, ObjectType } from 'type-graphql';

import { TaskWarningFields } from '../../../task/model/warning-fields.js';
import { DateTime } from '../../../task/scalars/date-time.js';
import { CatalogWarningDetail } from './warning-detail.js';

@ObjectType({
  description: 'From the catalog: for example adopted entities will be kept when the install is deleted. Looks like an error, is none.',
  implements: TaskWarningFields,
})
export class CatalogWarning extends TaskWarningFields {
  override readonly __typename!: 'CatalogWarning';

  @Field(() => String, { description: "The catalog's code.", nullable: true })
  override code!: string | null;

  @Field(() => String, { description: 'The request path it speaks of.', nullable: true })
  path!: string | null;

  @Field(() => Int, { description: 'The status it carries.', nullable: true })
  httpStatus!: number | null;

  @Field(() => String, { description: "The catalog's request id.", nullable: true })
  requestId!: string | null;

  @Field(() => DateTime, { description: 'When it was made.', nullable: true })
  timestamp!: number | null;

  @Field(() => [CatalogWarningDetail], { description: 'Field by field.' })
  details!: readonly CatalogWarningDetail[];
}
