import { ObjectType } from 'type-graphql';

import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({
  description: 'The control plane lists its tasks by itself, so they cannot and need not be tracked.',
  implements: TaskActionErrorFields,
})
export class TaskTrackingNotNeededError extends TaskActionErrorFields {
  readonly __typename!: 'TaskTrackingNotNeededError';
}
