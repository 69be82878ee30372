import { Field, ObjectType } from 'type-graphql';

import { DateTime } from '../scalars/date-time.js';
import { TaskWarningFields } from './warning-fields.js';

@ObjectType({
  description:
    'A warning of this gateway: the control plane does not answer, or no longer has the task, so that the last known state of the task is shown.',
  implements: TaskWarningFields,
})
export class StaleDataWarning extends TaskWarningFields {
  override readonly __typename!: 'StaleDataWarning';

  @Field(() => String, { description: 'Always STALE_DATA; a constant that programs can compare with.', nullable: true })
  override code!: string | null;

  @Field(() => DateTime, { description: 'When the state that is shown was read from the control plane.' })
  observedAt!: number;
}
