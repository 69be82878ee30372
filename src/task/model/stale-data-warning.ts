import { Field, ObjectType } from 'type-graphql';

import { DateTime } from '../scalars/date-time.js';
import { TaskWarningFields } from './warning-fields.js';

@ObjectType({
  description: 'From this gateway: the plane does not answer, or no longer has the task; this is what was last known.',
  implements: TaskWarningFields,
})
export class StaleDataWarning extends TaskWarningFields {
  override readonly __typename!: 'StaleDataWarning';

  @Field(() => String, { description: 'STALE_DATA', nullable: true })
  override code!: string | null;

  @Field(() => DateTime, { description: 'When it was read.' })
  observedAt!: number;
}
