import { Field, Int, InterfaceType } from 'type-graphql';

import { DateTime } from '../scalars/date-time.js';
import { TaskSourceProblem } from './problem.js';
import { TaskSource } from './task-source.js';

@InterfaceType({ description: 'What came of reading one source for a list.' })
export abstract class TaskSourceOutcome {
  @Field(() => TaskSource, { description: 'The source that was read.' })
  source!: TaskSource;

  @Field(() => Int, { description: 'Number of tasks of this source that match the whole filter, across all pages.' })
  taskCount!: number;

  @Field(() => DateTime, {
    description: 'When the data of this source was read from its control plane. Null when there is no data to serve.',
    nullable: true,
  })
  observedAt!: number | null;

  @Field(() => TaskSourceProblem, { description: 'What went wrong, wholly or in part. Null when nothing did.', nullable: true })
  problem!: TaskSourceProblem | null;
}
