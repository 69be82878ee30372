import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceProblem } from '../source/problem.js';
import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({
  description:
    'The control plane refused the request or could not be reached, or this gateway could not record what was requested. Nothing was changed.',
  implements: TaskActionErrorFields,
})
export class TaskSourceError extends TaskActionErrorFields {
  readonly __typename!: 'TaskSourceError';

  @Field(() => TaskSourceProblem, { description: 'What went wrong, with its category and details.' })
  problem!: TaskSourceProblem;

  @Field(() => Boolean, { description: 'Whether the same request may succeed later and can be repeated safely.' })
  isRetryable!: boolean;

  @Field(() => Int, {
    description: 'How long to wait before the request is repeated, in milliseconds, at most one hour. Null when nothing is known about it.',
    nullable: true,
  })
  retryAfterMs!: number | null;
}
