import { ObjectType } from 'type-graphql';

import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'There is no source with this name, or the caller may not read it.', implements: TaskActionErrorFields })
export class TaskSourceNotFoundError extends TaskActionErrorFields {
  readonly __typename!: 'TaskSourceNotFoundError';
}
