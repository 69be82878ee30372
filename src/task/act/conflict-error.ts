import { Field, ObjectType } from 'type-graphql';

import { TaskStatus } from '../model/status.js';
import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({
  description: 'The task had moved on when the plane was asked; task in the payload is its current state.',
  implements: TaskActionErrorFields,
})
export class TaskConflictError extends TaskActionErrorFields {
  readonly __typename!: 'TaskConflictError';

  @Field(() => TaskStatus, { description: 'As it is now.' })
  currentStatus!: TaskStatus;
}
