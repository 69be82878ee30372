import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';

import { DateTime } from './scalars.js';
import { TaskSourceProblem } from './source-problem.js';

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

const TaskSourceStatus = {
  UP: 'UP',
  DEGRADED: 'DEGRADED',
  DOWN: 'DOWN',
  UNKNOWN: 'UNKNOWN',
} as const;
type TaskSourceStatus = keyof typeof TaskSourceStatus;

registerEnumType(TaskSourceStatus, {
  name: 'TaskSourceStatus',
  description: 'Health of a source in one value. Values may be added; treat one that you do not know as UNKNOWN.',
  valuesConfig: {
    UP: { description: 'The control plane answers completely and in good time.' },
    DEGRADED: {
      description:
        'The control plane answers only in part, or its median latency is half of the configured timeout or more. The median latency is also too long where it reaches the time that a list of several sources waits for a source.',
    },
    DOWN: { description: 'The control plane did not answer the last read, or refused it.' },
    UNKNOWN: { description: 'The control plane has not been read yet.' },
  },
});

export const TaskSourceCircuit = {
  CLOSED: 'CLOSED',
  HALF_OPEN: 'HALF_OPEN',
  OPEN: 'OPEN',
} as const;
export type TaskSourceCircuit = keyof typeof TaskSourceCircuit;

registerEnumType(TaskSourceCircuit, {
  name: 'TaskSourceCircuit',
  description: 'State of the circuit breaker in front of a control plane, which suspends calls after repeated failures.',
  valuesConfig: {
    CLOSED: { description: 'Calls to the control plane are made normally.' },
    HALF_OPEN: { description: 'A single call is let through to test whether the control plane answers again.' },
    OPEN: { description: 'Calls fail at once and do not reach the control plane.' },
  },
});
