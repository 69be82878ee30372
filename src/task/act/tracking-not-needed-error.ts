import { ObjectType } from 'type-graphql';

import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'The plane lists its tasks; they need no tracking.', implements: TaskActionErrorFields })
export class TaskTrackingNotNeededError extends TaskActionErrorFields {
  readonly __typename!: 'TaskTrackingNotNeededError';
}
