import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';

import { DependsOnMoment, DependsOnRead } from './field-metadata.js';
import { DateTime } from './scalars.js';
import { TaskSourceProblem } from './source-problem.js';
import { TaskSource } from './task-source.js';

@InterfaceType({ description: 'What came of reading one source for a list.' })
export abstract class TaskSourceOutcome {
  @Field(() => TaskSource, { description: 'The source that was read.' })
  source!: TaskSource;

  @Field(() => Int, { description: 'Number of tasks of this source that match the whole filter, across all pages.' })
  taskCount!: number;

  @DependsOnRead()
  @Field(() => DateTime, {
    description: 'When the data of this source was read from its control plane. Null when there is no data to serve.',
    nullable: true,
  })
  observedAt!: number | null;

  @Field(() => TaskSourceProblem, { description: 'What went wrong, wholly or in part. Null when nothing did.', nullable: true })
  problem!: TaskSourceProblem | null;
}

@ObjectType({ description: 'The source was read successfully, now or recently enough for maxAgeMs.', implements: TaskSourceOutcome })
export class TaskSourceAnswered extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceAnswered';

  @DependsOnRead()
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

@ObjectType({
  description:
    'The source could not be read. Its tasks are the last known ones, which are served for up to five minutes, each with a StaleDataWarning. The same holds while it is still being read and the list did not wait for it any longer.',
  implements: TaskSourceOutcome,
})
export class TaskSourceStale extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceStale';
}

@ObjectType({
  description:
    'The source could not be read, and there is no recent data of it that may be served. The same holds while it is still being read and the list did not wait for it any longer.',
  implements: TaskSourceOutcome,
})
export class TaskSourceUnavailable extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceUnavailable';

  @DependsOnMoment()
  @Field(() => Int, {
    description:
      'How long to wait before reading the source again, in milliseconds, at most one hour. Null when nothing is known about it.',
    nullable: true,
  })
  retryAfterMs!: number | null;
}
