import { Field, Int, InterfaceType } from 'type-graphql';

import { DateTime } from '../scalars/date-time.js';
import { TaskSourceProblem } from './problem.js';
import { TaskSource } from './task-source.js';

@InterfaceType({ description: 'What became of asking one source.' })
export abstract class TaskSourceOutcome {
  @Field(() => TaskSource, { description: 'The source.' })
  source!: TaskSource;

  @Field(() => Int, { description: 'Its tasks after the whole filter.' })
  taskCount!: number;

  @Field(() => DateTime, { description: 'When its data was read; null where nothing was.', nullable: true })
  observedAt!: number | null;

  @Field(() => TaskSourceProblem, { description: 'What went wrong, wholly or in part.', nullable: true })
  problem!: TaskSourceProblem | null;
}
