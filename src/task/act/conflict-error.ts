import { Field, ObjectType } from 'type-graphql';

import { TaskStatus } from '../model/status.js';
import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({
  description: 'The control plane refused the action, because the task had changed in the meantime.',
  implements: TaskActionErrorFields,
})
export class TaskConflictError extends TaskActionErrorFields {
  readonly __typename!: 'TaskConflictError';

  @Field(() => TaskStatus, {
    description: 'Status of the task after the refusal, or the last known one when the task could not be read again.',
  })
  currentStatus!: TaskStatus;
}
