import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceOutcome } from './outcome.js';

@ObjectType({ description: 'It answered, now or within maxAgeMs.', implements: TaskSourceOutcome })
export class TaskSourceAnswered extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceAnswered';

  @Field(() => Int, { description: 'Of this reading; null when nothing was asked.', nullable: true })
  latencyMs!: number | null;

  @Field(() => Int, { description: 'Items that could not be read and were left out.' })
  malformedCount!: number;

  @Field(() => Boolean, { description: 'False when a limit cut it, or a part of it failed.' })
  isComplete!: boolean;
}
