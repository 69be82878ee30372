import { Field, ObjectType } from 'type-graphql';

import { TaskActionBlocker } from './blocker.js';
import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'The action was not allowed, so nothing was sent to the control plane.', implements: TaskActionErrorFields })
export class TaskActionNotAllowedError extends TaskActionErrorFields {
  readonly __typename!: 'TaskActionNotAllowedError';

  @Field(() => [TaskActionBlocker], { description: 'All reasons why the action was not allowed.' })
  blockers!: readonly TaskActionBlocker[];
}
