import { Field, ObjectType } from 'type-graphql';

import { TaskStatus } from '../model/status.js';
import { TaskSourceProblem } from '../source/problem.js';
import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({
  description: 'The request was sent, but no answer says whether it took effect. The gateway does not send it again.',
  implements: TaskActionErrorFields,
})
export class TaskOutcomeUnknownError extends TaskActionErrorFields {
  readonly __typename!: 'TaskOutcomeUnknownError';

  @Field(() => TaskSourceProblem, { description: 'Why the outcome of the request is not known.' })
  problem!: TaskSourceProblem;

  @Field(() => TaskStatus, {
    description: 'Status of the task when it was read after the request. Null when it could not be read.',
    nullable: true,
  })
  observedStatus!: TaskStatus | null;
}
