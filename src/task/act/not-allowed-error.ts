import { Field, ObjectType } from 'type-graphql';

import { TaskActionBlocker } from './blocker.js';
import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'Blocked before anything was sent.', implements: TaskActionErrorFields })
export class TaskActionNotAllowedError extends TaskActionErrorFields {
  readonly __typename!: 'TaskActionNotAllowedError';

  @Field(() => [TaskActionBlocker], { description: 'Every reason.' })
  blockers!: readonly TaskActionBlocker[];
}
