import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';

import { Needs } from '../task/access/needs.js';
import type { Operation } from '../task/gateway.js';
import { Node } from '../task/model/node.js';
import { Task } from '../task/model/task.js';
import { TaskConnection } from '../task/read/page/connection.js';
import { TaskFailureGroupConnection } from '../task/read/failure-groups/failure-group-connection.js';
import { maxPageSize } from '../task/read/page/page-arguments.js';
import { TaskSource } from '../task/source/task-source.js';
import { NodeArgs, NodesArgs, TaskArgs, TaskBySourceTaskIdArgs, TaskSourceArgs } from './single-args.js';
import { TaskFailureGroupsArgs } from './task-failure-groups-args.js';
import { TasksArgs } from './tasks-args.js';

@Resolver()
export class QueryResolver {
  @Needs('read')
  @Query(() => Node, {
    nullable: true,
    description: 'The task, source or resource with this id. Null when there is none, or the caller may not read it.',
  })
  node(@Args(() => NodeArgs) { id }: NodeArgs, @Ctx() { tasks }: Operation): Promise<Node | null> {
    return tasks.node(id);
  }

  @Needs('read')
  @Query(() => [Node], {
    nullable: 'items',
    description: `The tasks, sources and resources with these ids, at most ${maxPageSize}, in the order of the ids. An entry is null when there is none with that id, or the caller may not read it.`,
  })
  nodes(
    @Args(() => NodesArgs) { ids }: NodesArgs,
    @Ctx() { tasks, answer }: Operation,
    @Info() info: GraphQLResolveInfo,
  ): readonly Promise<Node | null>[] {
    return tasks.nodes(answer.hand(ids, info));
  }

  @Needs('read')
  @Query(() => Task, { nullable: true, description: 'The task with this id. Null when there is none, or the caller may not read it.' })
  task(@Args(() => TaskArgs) { id, maxAgeMs }: TaskArgs, @Ctx() { tasks }: Operation): Promise<Task | null> {
    return tasks.one(id, maxAgeMs);
  }

  @Needs('read')
  @Query(() => Task, {
    nullable: true,
    description:
      'The task that the control plane of a source knows under this id. It is read once and not tracked; use trackTask for that. Null when there is none, or the caller may not read it.',
  })
  taskBySourceTaskId(@Args(() => TaskBySourceTaskIdArgs) args: TaskBySourceTaskIdArgs, @Ctx() { tasks }: Operation): Promise<Task | null> {
    return tasks.bySourceTaskId(args.sourceName, args.sourceTaskId);
  }

  @Needs('read')
  @Query(() => TaskConnection, {
    nullable: true,
    description: 'A page of the tasks of all sources that the caller may read, merged into one list.',
  })
  tasks(@Args(() => TasksArgs) args: TasksArgs, @Ctx() { lists }: Operation): Promise<TaskConnection> {
    return lists.page(args);
  }

  @Needs('read')
  @Query(() => TaskFailureGroupConnection, {
    nullable: true,
    description: 'Tasks that failed or timed out, grouped by their cause; the groups with the most tasks come first.',
  })
  taskFailureGroups(
    @Args(() => TaskFailureGroupsArgs) args: TaskFailureGroupsArgs,
    @Ctx() { lists }: Operation,
  ): Promise<TaskFailureGroupConnection> {
    return lists.failureGroups(args);
  }

  @Needs('read')
  @Query(() => TaskSource, {
    nullable: true,
    description: 'The source with this name. Null when there is none, or the caller may not read it.',
  })
  taskSource(@Args(() => TaskSourceArgs) { name }: TaskSourceArgs, @Ctx() { tasks }: Operation): TaskSource | null {
    return tasks.source(name);
  }

  @Needs('read')
  @Query(() => [TaskSource], { nullable: true, description: 'All sources that the caller may read, in the order of the configuration.' })
  taskSources(@Ctx() { tasks }: Operation): readonly TaskSource[] {
    return tasks.sources();
  }
}
