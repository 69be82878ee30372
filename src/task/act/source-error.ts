import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceProblem } from '../source/problem.js';
import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'The plane refused, or could not be reached before anything was sent.', implements: TaskActionErrorFields })
export class TaskSourceError extends TaskActionErrorFields {
  readonly __typename!: 'TaskSourceError';

  @Field(() => TaskSourceProblem, { description: 'What happened.' })
  problem!: TaskSourceProblem;

  @Field(() => Boolean, { description: 'Asking again may help and does no harm.' })
  isRetryable!: boolean;

  @Field(() => Int, { description: 'When, at most one hour.', nullable: true })
  retryAfterMs!: number | null;
}
