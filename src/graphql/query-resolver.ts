import { Args, Ctx, Query, Resolver } from 'type-graphql';

import { Needs } from '../gateway/access/caller.js';
import type { OperationContext } from '../gateway/operation-context.js';
import {
  FailureGroupListArguments,
  NodeArguments,
  NodesArguments,
  TaskArguments,
  TaskBySourceTaskIdArguments,
  TaskListArguments,
  TaskSourceArguments,
} from '../gateway/query/arguments.js';
import { maxPageSize, TaskConnection, TaskFailureGroupConnection } from '../gateway/query/connection-types.js';
import { ChargedList, InlineList } from '../model/field-metadata.js';
import { Node } from '../model/global-id.js';
import { TaskSource } from '../model/task-source.js';
import { Task } from '../model/task.js';

/** The fields of Query. */
@Resolver()
export class QueryResolver {
  @Needs('read')
  @Query(() => Node, {
    nullable: true,
    description: 'The task, source or resource with this id. Null when there is none, or the caller may not read it.',
  })
  node(@Args(() => NodeArguments) { id }: NodeArguments, @Ctx() { nodes }: OperationContext): Promise<Node | null> {
    return nodes.node(id);
  }

  @Needs('read')
  @ChargedList({ argument: 'ids' })
  @Query(() => [Node], {
    nullable: 'items',
    description: `The tasks, sources and resources with these ids, at most ${maxPageSize}, in the order of the ids. An entry is null when there is none with that id, or the caller may not read it.`,
  })
  nodes(@Args(() => NodesArguments) { ids }: NodesArguments, @Ctx() { nodes }: OperationContext): readonly Promise<Node | null>[] {
    return nodes.nodes(ids);
  }

  @Needs('read')
  @Query(() => Task, { nullable: true, description: 'The task with this id. Null when there is none, or the caller may not read it.' })
  task(@Args(() => TaskArguments) { id, maxAgeMs }: TaskArguments, @Ctx() { nodes }: OperationContext): Promise<Task | null> {
    return nodes.task(id, maxAgeMs);
  }

  @Needs('read')
  @Query(() => Task, {
    nullable: true,
    description:
      'The task that the control plane of a source knows under this id. It is read once and not tracked; use trackTask for that. Null when there is none, or the caller may not read it.',
  })
  taskBySourceTaskId(
    @Args(() => TaskBySourceTaskIdArguments) args: TaskBySourceTaskIdArguments,
    @Ctx() { nodes }: OperationContext,
  ): Promise<Task | null> {
    return nodes.bySourceTaskId(args.sourceName, args.sourceTaskId);
  }

  @Needs('read')
  @Query(() => TaskConnection, {
    nullable: true,
    description: 'A page of the tasks of all sources that the caller may read, merged into one list.',
  })
  tasks(@Args(() => TaskListArguments) args: TaskListArguments, @Ctx() { taskLists }: OperationContext): Promise<TaskConnection> {
    return taskLists.page(args);
  }

  @Needs('read')
  @Query(() => TaskFailureGroupConnection, {
    nullable: true,
    description: 'Tasks that failed or timed out, grouped by their cause; the groups with the most tasks come first.',
  })
  taskFailureGroups(
    @Args(() => FailureGroupListArguments) args: FailureGroupListArguments,
    @Ctx() { taskLists }: OperationContext,
  ): Promise<TaskFailureGroupConnection> {
    return taskLists.failureGroups(args);
  }

  @Needs('read')
  @Query(() => TaskSource, {
    nullable: true,
    description: 'The source with this name. Null when there is none, or the caller may not read it.',
  })
  taskSource(@Args(() => TaskSourceArguments) { name }: TaskSourceArguments, @Ctx() { nodes }: OperationContext): TaskSource | null {
    return nodes.source(name);
  }

  @Needs('read')
  @InlineList()
  @Query(() => [TaskSource], { nullable: true, description: 'All sources that the caller may read, in the order of the configuration.' })
  taskSources(@Ctx() { nodes }: OperationContext): readonly TaskSource[] {
    return nodes.sources();
  }
}
