import { Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';

import type { Operation } from '../task/gateway.js';
import { TaskLifecycle } from '../task/model/lifecycle.js';

@Resolver(() => TaskLifecycle)
export class LifecycleResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Elapsed time in milliseconds, from the start, or else the creation, of the work to its end, or to now when it is not finished. Null when one of these times is missing or cannot be right.',
  })
  durationMs(@Root() work: TaskLifecycle, @Ctx() { tasks }: Operation): number | null {
    return tasks.durationOf(work);
  }
}
