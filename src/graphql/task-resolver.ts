import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';

import { TaskActionAvailability } from '../task/act/availability.js';
import type { Operation } from '../task/gateway.js';
import { TaskActionRecord, mostActionsOfTask } from '../task/history/action-record.js';
import { TaskEstimate, fewestSamples } from '../task/history/estimate.js';
import { mostChanges } from '../task/history/history.js';
import { TaskStatusChange } from '../task/history/status-change.js';
import { TaskResource } from '../task/model/resource.js';
import { Task } from '../task/model/task.js';
import { TaskSubtaskConnection } from '../task/read/page/subtask-connection.js';
import { type JsonObject, JSONObject } from '../task/scalars/json-object.js';
import { TaskSource } from '../task/source/task-source.js';
import { SubtasksArgs } from './subtasks-args.js';

@Resolver(() => Task)
export class TaskResolver {
  @FieldResolver(() => TaskSource, { description: 'The source that the task belongs to.' })
  source(@Root() { sourceName }: Task, @Ctx() { tasks }: Operation): TaskSource | null {
    return tasks.source(sourceName);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'How long to wait before the task is worth reading again, in milliseconds, at most one hour. Null when the task is finished, and when its control plane no longer has it.',
  })
  nextPollAfterMs(@Root() task: Task, @Ctx() { tasks }: Operation): number | null {
    return tasks.nextPollAfterMs(task);
  }

  @FieldResolver(() => Task, {
    nullable: true,
    description:
      'The task that this task is a part of. Null when it is not a part of another task, and when that task is not known or could not be read.',
  })
  parent(@Root() task: Task, @Ctx() { tasks }: Operation): Promise<Task | null> {
    return tasks.parentOf(task);
  }

  @FieldResolver(() => TaskSubtaskConnection, {
    nullable: true,
    description: 'The parts of the task, in the order of its control plane. Null, with an error, when they could not be read.',
  })
  subtasks(@Root() task: Task, @Args(() => SubtasksArgs) args: SubtasksArgs, @Ctx() { tasks }: Operation): Promise<TaskSubtaskConnection> {
    return tasks.subtasksOf(task, args);
  }

  @FieldResolver(() => [TaskResource])
  resources(@Root() { resources }: Task, @Ctx() { answer }: Operation, @Info() info: GraphQLResolveInfo): readonly TaskResource[] {
    return answer.hand(resources, info);
  }

  @FieldResolver(() => TaskActionAvailability, { description: 'Whether the caller may retry the task now, and if not, why.' })
  retry(@Root() task: Task, @Ctx() { actions }: Operation): TaskActionAvailability {
    return actions.availability({ action: 'RETRY', input: null }, task);
  }

  @FieldResolver(() => TaskActionAvailability, { description: 'Whether the caller may cancel the task now, and if not, why.' })
  cancel(@Root() task: Task, @Ctx() { actions }: Operation): TaskActionAvailability {
    return actions.availability({ action: 'CANCEL', input: null }, task);
  }

  @FieldResolver(() => JSONObject, {
    nullable: true,
    description:
      'The task as JSON, as its control plane sent it, with secrets replaced by "[removed]". Null when the control plane sent nothing or nothing of it was kept, and, with an error, when it could not be read.',
  })
  raw(@Root() task: Task, @Ctx() { history }: Operation): JsonObject | null | Promise<JsonObject | null> {
    return history.rawOf(task);
  }

  @FieldResolver(() => [TaskStatusChange], {
    nullable: true,
    description: `The statuses in which this gateway has seen the task, oldest first, the last ${mostChanges} of them. Null, with an error, when the store cannot be read.`,
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
    description: `The actions on the task that were requested through this gateway, oldest first, including those that were refused; at most the last ${mostActionsOfTask}. Null, with an error, when the store cannot be read.`,
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
    description: `How long tasks of the same operation and source usually take. Null when the task is finished or has no operation, and when fewer than ${fewestSamples} such tasks have been seen to succeed.`,
  })
  estimatedFinish(@Root() task: Task, @Ctx() { history }: Operation): Promise<TaskEstimate | null> {
    return history.estimateOf(task);
  }
}
