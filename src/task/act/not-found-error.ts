import { Field, ID, ObjectType } from 'type-graphql';

import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({
  description: 'There is no task with this id, or the caller may not read it; for untrackTask also one that is not tracked.',
  implements: TaskActionErrorFields,
})
export class TaskNotFoundError extends TaskActionErrorFields {
  readonly __typename!: 'TaskNotFoundError';

  @Field(() => ID, {
    description: 'Id of the task, as the input gave it or built from the name of the source and the id on its control plane.',
  })
  taskId!: string;
}
