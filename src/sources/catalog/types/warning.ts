import { Field, Int, ObjectType } from 'type-graphql';

import { TaskWarningFields } from '../../../task/model/warning-fields.js';
import { DateTime } from '../../../task/scalars/date-time.js';
import { CatalogWarningDetail } from './warning-detail.js';

@ObjectType({
  description:
    'A warning from the catalog, for example that adopted entities are kept when an install is deleted. It has the form of an error but reports no failure.',
  implements: TaskWarningFields,
})
export class CatalogWarning extends TaskWarningFields {
  override readonly __typename!: 'CatalogWarning';

  @Field(() => String, {
    description: 'Code of the warning in the vocabulary of the catalog, for example conflict. Null when the catalog sends none.',
    nullable: true,
  })
  override code!: string | null;

  @Field(() => String, {
    description: 'Path of the request that the warning is about. Null when the catalog does not send it.',
    nullable: true,
  })
  path!: string | null;

  @Field(() => Int, {
    description: 'HTTP status that the catalog assigns to the warning. Null when the catalog does not send it.',
    nullable: true,
  })
  httpStatus!: number | null;

  @Field(() => String, {
    description: 'Id of the request at the catalog, for its support. Null when the catalog does not send it.',
    nullable: true,
  })
  requestId!: string | null;

  @Field(() => DateTime, { description: 'When the catalog created the warning. Null when the catalog does not send it.', nullable: true })
  timestamp!: number | null;

  @Field(() => [CatalogWarningDetail], {
    description: 'What the warning says about single fields of the request; empty when the catalog sends no details.',
  })
  details!: readonly CatalogWarningDetail[];
}
