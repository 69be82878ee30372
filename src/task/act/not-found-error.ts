import { Field, ID, ObjectType } from 'type-graphql';

import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'No such task, or the caller may not read it.', implements: TaskActionErrorFields })
export class TaskNotFoundError extends TaskActionErrorFields {
  readonly __typename!: 'TaskNotFoundError';

  @Field(() => ID, { description: 'As it was asked for.' })
  taskId!: string;
}
