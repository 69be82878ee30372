import { Field, Int, ObjectType } from 'type-graphql';

import { DateTime } from '../scalars/date-time.js';
import { TaskSourceCircuit } from './circuit.js';
import { TaskSourceProblem } from './problem.js';
import { TaskSourceStatus } from './status.js';

@ObjectType({ description: 'How a source is doing. It is as of the last time that its plane was asked: reading this asks nothing.' })
export class TaskSourceHealth {
  @Field(() => TaskSourceStatus, { description: 'In one word.' })
  status!: TaskSourceStatus;

  @Field(() => TaskSourceCircuit, { description: 'State of the circuit breaker towards the plane.' })
  circuit!: TaskSourceCircuit;

  @Field(() => DateTime, { description: 'When the plane last answered well.', nullable: true })
  lastSuccessAt!: number | null;

  @Field(() => DateTime, { description: 'When the newest data that is being served was read.', nullable: true })
  dataObservedAt!: number | null;

  @Field(() => Int, { description: 'Median of the recent calls.', nullable: true })
  latencyMs!: number | null;

  @Field(() => TaskSourceProblem, { description: 'The last failure, while it lasts.', nullable: true })
  problem!: TaskSourceProblem | null;
}
