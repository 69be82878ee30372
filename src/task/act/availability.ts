import { Field, ObjectType } from 'type-graphql';

import { TaskActionBlocker } from './blocker.js';

@ObjectType({ description: 'Whether the caller may request an action on a task now, and if not, why.' })
export class TaskActionAvailability {
  @Field(() => Boolean, { description: 'Whether the action is allowed now: true exactly when blockers is empty.' })
  isAllowed!: boolean;

  @Field(() => [TaskActionBlocker], { description: 'All reasons why the action is not allowed now; empty when it is allowed.' })
  blockers!: readonly TaskActionBlocker[];

  @Field(() => String, {
    description:
      'What the control plane does when it accepts the action, in one sentence. Null when the control plane has no API call for the action.',
    nullable: true,
  })
  effect!: string | null;
}
