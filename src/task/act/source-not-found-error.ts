import { ObjectType } from 'type-graphql';

import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'No such source, or the caller may not read it.', implements: TaskActionErrorFields })
export class TaskSourceNotFoundError extends TaskActionErrorFields {
  readonly __typename!: 'TaskSourceNotFoundError';
}
