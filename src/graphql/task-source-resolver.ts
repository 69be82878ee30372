import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import type { Operation } from '../task/gateway.js';
import { TaskSourceHealth } from '../task/source/health.js';
import { TaskSource } from '../task/source/task-source.js';

@Resolver(() => TaskSource)
export class TaskSourceResolver {
  @FieldResolver(() => TaskSourceHealth, { description: 'How well the control plane of the source answers.' })
  health(@Root() { name }: TaskSource, @Ctx() { tasks }: Operation): Promise<TaskSourceHealth | null> {
    return tasks.healthOf(name);
  }
}
