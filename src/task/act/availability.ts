import { Field, ObjectType } from 'type-graphql';

import { TaskActionBlocker } from './blocker.js';

@ObjectType({ description: 'Whether the caller may do it now, and if not, every reason.' })
export class TaskActionAvailability {
  @Field(() => Boolean, { description: 'True exactly when there is no blocker.' })
  isAllowed!: boolean;

  @Field(() => [TaskActionBlocker], { description: 'Every reason against it.' })
  blockers!: readonly TaskActionBlocker[];

  @Field(() => String, { description: 'What the plane will do, in one sentence.', nullable: true })
  effect!: string | null;
}
