import { Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';

import type { Operation } from '../task/gateway.js';
import { TaskLifecycle } from '../task/model/lifecycle.js';

@Resolver(() => TaskLifecycle)
export class LifecycleResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    description: "Wall time so far, or in all when finished; null when the plane's times cannot be trusted.",
  })
  durationMs(@Root() work: TaskLifecycle, @Ctx() { tasks }: Operation): number | null {
    return tasks.durationOf(work);
  }
}
