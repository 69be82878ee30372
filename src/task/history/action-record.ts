import { Field, ObjectType } from 'type-graphql';

import { TaskActionKind } from '../act/action-kind.js';
import { TaskActionOutcome } from '../act/outcome.js';
import { DateTime } from '../scalars/date-time.js';

@ObjectType({ description: 'An action that was asked for through this gateway, whether it was sent or not.' })
export class TaskActionRecord {
  @Field(() => TaskActionKind, { description: 'What was asked for.' })
  action!: TaskActionKind;

  @Field(() => String, { description: 'Who asked, as the journal names callers.' })
  by!: string;

  @Field(() => String, { description: "In the caller's words.", nullable: true })
  reason!: string | null;

  @Field(() => TaskActionOutcome, {
    description: 'What became of it; UNKNOWN also while it is under way, or when the gateway was cut off before it had the answer.',
  })
  outcome!: TaskActionOutcome;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  at!: number;
}
