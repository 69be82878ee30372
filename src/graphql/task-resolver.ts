import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';

import { TaskActionAvailability } from '../task/act/availability.js';
import type { Operation } from '../task/gateway.js';
import { TaskActionRecord } from '../task/history/action-record.js';
import { TaskEstimate } from '../task/history/estimate.js';
import { TaskStatusChange } from '../task/history/status-change.js';
import { TaskResource } from '../task/model/resource.js';
import { Task } from '../task/model/task.js';
import { TaskSubtaskConnection } from '../task/read/page/subtask-connection.js';
import { type JsonObject, JSONObject } from '../task/scalars/json-object.js';
import { TaskSource } from '../task/source/task-source.js';
import { SubtasksArgs } from './subtasks-args.js';

@Resolver(() => Task)
export class TaskResolver {
  @FieldResolver(() => TaskSource, { description: 'The plane it lives on.' })
  source(@Root() { sourceName }: Task, @Ctx() { tasks }: Operation): TaskSource | null {
    return tasks.source(sourceName);
  }

  @FieldResolver(() => Int, { nullable: true, description: 'When it is worth asking again, at most one hour; null when finished.' })
  nextPollAfterMs(@Root() task: Task, @Ctx() { tasks }: Operation): number | null {
    return tasks.nextPollAfterMs(task);
  }

  @FieldResolver(() => Task, { nullable: true, description: 'The task it is a part of; null when that one is not known.' })
  parent(@Root() task: Task, @Ctx() { tasks }: Operation): Promise<Task | null> {
    return tasks.parentOf(task);
  }

  @FieldResolver(() => TaskSubtaskConnection, { nullable: true, description: "Its parts, in the plane's order." })
  subtasks(@Root() task: Task, @Args(() => SubtasksArgs) args: SubtasksArgs, @Ctx() { tasks }: Operation): Promise<TaskSubtaskConnection> {
    return tasks.subtasksOf(task, args);
  }

  @FieldResolver(() => [TaskResource])
  resources(@Root() { resources }: Task, @Ctx() { answer }: Operation, @Info() info: GraphQLResolveInfo): readonly TaskResource[] {
    return answer.hand(resources, info);
  }

  @FieldResolver(() => TaskActionAvailability, { description: 'Whether the caller may retry it now.' })
  retry(@Root() task: Task, @Ctx() { actions }: Operation): TaskActionAvailability {
    return actions.availability({ action: 'RETRY', input: null }, task);
  }

  @FieldResolver(() => TaskActionAvailability, { description: 'Whether the caller may cancel it now.' })
  cancel(@Root() task: Task, @Ctx() { actions }: Operation): TaskActionAvailability {
    return actions.availability({ action: 'CANCEL', input: null }, task);
  }

  @FieldResolver(() => JSONObject, {
    nullable: true,
    description: 'What the plane sent, secrets removed; null where nothing was sent or kept.',
  })
  raw(@Root() task: Task, @Ctx() { history }: Operation): JsonObject | null | Promise<JsonObject | null> {
    return history.rawOf(task);
  }

  @FieldResolver(() => [TaskStatusChange], {
    nullable: true,
    description: 'The statuses in which this gateway has seen it, the oldest first; the last 100. Null when the store cannot be read now.',
  })
  async history(
    @Root() task: Task,
    @Ctx() { history, answer }: Operation,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly TaskStatusChange[]> {
    return answer.hand(await history.changesOf(task), info);
  }

  @FieldResolver(() => [TaskActionRecord], {
    nullable: true,
    description:
      'What was asked for through this gateway, the oldest first, refusals included; the last 100. Null when the store cannot be read now.',
  })
  async actions(
    @Root() task: Task,
    @Ctx() { history, answer }: Operation,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly TaskActionRecord[]> {
    return answer.hand(await history.actionsOf(task), info);
  }

  @FieldResolver(() => TaskEstimate, {
    nullable: true,
    description:
      'How long its kind of work takes in all, from what this gateway has seen; null when finished, and while fewer than five of its kind have succeeded.',
  })
  estimatedFinish(@Root() task: Task, @Ctx() { history }: Operation): Promise<TaskEstimate | null> {
    return history.estimateOf(task);
  }
}
