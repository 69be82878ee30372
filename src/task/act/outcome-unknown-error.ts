import { Field, ObjectType } from 'type-graphql';

import { TaskStatus } from '../model/status.js';
import { TaskSourceProblem } from '../source/problem.js';
import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'It was sent and no answer came back.', implements: TaskActionErrorFields })
export class TaskOutcomeUnknownError extends TaskActionErrorFields {
  readonly __typename!: 'TaskOutcomeUnknownError';

  @Field(() => TaskSourceProblem, { description: 'What happened.' })
  problem!: TaskSourceProblem;

  @Field(() => TaskStatus, { description: 'What reading the task showed afterwards.', nullable: true })
  observedStatus!: TaskStatus | null;
}
