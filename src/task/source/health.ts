import { Field, Int, ObjectType } from 'type-graphql';

import { DateTime } from '../scalars/date-time.js';
import { TaskSourceCircuit } from './circuit.js';
import { TaskSourceProblem } from './problem.js';
import { TaskSourceStatus } from './status.js';

@ObjectType({
  description:
    'How well a source answers, as of the last time that its control plane was read. Reading this field contacts no control plane.',
})
export class TaskSourceHealth {
  @Field(() => TaskSourceStatus, { description: 'Summary of the health of the source.' })
  status!: TaskSourceStatus;

  @Field(() => TaskSourceCircuit, { description: 'State of the circuit breaker that guards calls to the control plane.' })
  circuit!: TaskSourceCircuit;

  @Field(() => DateTime, { description: 'When the control plane last answered a read. Null when it has not answered yet.', nullable: true })
  lastSuccessAt!: number | null;

  @Field(() => DateTime, {
    description: 'When the newest data of this source that is being served was read. Null when nothing has been read yet.',
    nullable: true,
  })
  dataObservedAt!: number | null;

  @Field(() => Int, {
    description: 'Median duration of the most recent reads that were answered, in milliseconds. Null when none has been answered yet.',
    nullable: true,
  })
  latencyMs!: number | null;

  @Field(() => TaskSourceProblem, {
    description: 'What went wrong with the last read, wholly or in part. Null when nothing did, and before the first read.',
    nullable: true,
  })
  problem!: TaskSourceProblem | null;
}
