import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';

import { Needs } from '../task/access/needs.js';
import type { Operation } from '../task/gateway.js';
import { Node } from '../task/model/node.js';
import { Task } from '../task/model/task.js';
import { TaskConnection } from '../task/read/page/connection.js';
import { TaskFailureGroupConnection } from '../task/read/failure-groups/failure-group-connection.js';
import { TaskSource } from '../task/source/task-source.js';
import { NodeArgs, NodesArgs, TaskArgs, TaskBySourceTaskIdArgs, TaskSourceArgs } from './single-args.js';
import { TaskFailureGroupsArgs } from './task-failure-groups-args.js';
import { TasksArgs } from './tasks-args.js';

@Resolver()
export class QueryResolver {
  @Needs('read')
  @Query(() => Node, { nullable: true, description: 'Anything with an id; null when absent or not readable.' })
  node(@Args(() => NodeArgs) { id }: NodeArgs, @Ctx() { tasks }: Operation): Promise<Node | null> {
    return tasks.node(id);
  }

  @Needs('read')
  @Query(() => [Node], { nullable: 'items', description: 'The same for up to 200, in their order.' })
  nodes(
    @Args(() => NodesArgs) { ids }: NodesArgs,
    @Ctx() { tasks, answer }: Operation,
    @Info() info: GraphQLResolveInfo,
  ): readonly Promise<Node | null>[] {
    return tasks.nodes(answer.hand(ids, info));
  }

  @Needs('read')
  @Query(() => Task, { nullable: true, description: 'One task; null when absent or not readable.' })
  task(@Args(() => TaskArgs) { id, maxAgeMs }: TaskArgs, @Ctx() { tasks }: Operation): Promise<Task | null> {
    return tasks.one(id, maxAgeMs);
  }

  @Needs('read')
  @Query(() => Task, {
    nullable: true,
    description: "For people who hold the id that a plane's own screen shows. Reads it once; trackTask remembers it.",
  })
  taskBySourceTaskId(@Args(() => TaskBySourceTaskIdArgs) args: TaskBySourceTaskIdArgs, @Ctx() { tasks }: Operation): Promise<Task | null> {
    return tasks.bySourceTaskId(args.sourceName, args.sourceTaskId);
  }

  @Needs('read')
  @Query(() => TaskConnection, {
    nullable: true,
    description:
      'Tasks of all planes, merged. maxAgeMs: serve data up to this old without asking; null is the configured default, 0 asks now.',
  })
  tasks(@Args(() => TasksArgs) args: TasksArgs, @Ctx() { lists }: Operation): Promise<TaskConnection> {
    return lists.page(args);
  }

  @Needs('read')
  @Query(() => TaskFailureGroupConnection, { nullable: true, description: 'Failed tasks by cause.' })
  taskFailureGroups(
    @Args(() => TaskFailureGroupsArgs) args: TaskFailureGroupsArgs,
    @Ctx() { lists }: Operation,
  ): Promise<TaskFailureGroupConnection> {
    return lists.failureGroups(args);
  }

  @Needs('read')
  @Query(() => TaskSource, { nullable: true, description: 'One source.' })
  taskSource(@Args(() => TaskSourceArgs) { name }: TaskSourceArgs, @Ctx() { tasks }: Operation): TaskSource | null {
    return tasks.source(name);
  }

  @Needs('read')
  @Query(() => [TaskSource], { nullable: true, description: 'All that the caller may read, in the order of the configuration.' })
  taskSources(@Ctx() { tasks }: Operation): readonly TaskSource[] {
    return tasks.sources();
  }
}
