import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceOutcome } from './outcome.js';

@ObjectType({ description: 'The source was read successfully, now or recently enough for maxAgeMs.', implements: TaskSourceOutcome })
export class TaskSourceAnswered extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceAnswered';

  @Field(() => Int, {
    description: 'How long reading the source took, in milliseconds. Null when earlier data was served and nothing was read.',
    nullable: true,
  })
  latencyMs!: number | null;

  @Field(() => Int, {
    description: 'Number of items that the control plane sent, that could not be read and that are missing from the list.',
  })
  malformedCount!: number;

  @Field(() => Boolean, {
    description: 'Whether all tasks of the source were read: false when a configured limit was reached or a part of the read failed.',
  })
  isComplete!: boolean;
}
