import { Args, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';

import type { OperationContext } from '../gateway/operation-context.js';
import { PageArguments, SubtaskListArguments, TaskChangeCursorArguments, TaskPageArguments } from '../gateway/query/arguments.js';
import { TaskConnection, TaskSubtaskConnection, TaskSubtaskTree } from '../gateway/query/connection-types.js';
import { TaskFailureGroup } from '../gateway/query/failure-groups.js';
import type { FailureGroupWithReads } from '../gateway/query/list-queries.js';
import { createCursor } from '../gateway/query/pagination.js';
import { TaskChange } from '../gateway/subscriptions/task-change.js';
import { TaskActionAvailability } from '../model/action.js';
import { ChargedList, ChargedPayload, Cost, DependsOnMoment, DependsOnProgress, DependsOnRead } from '../model/field-metadata.js';
import { maxActionsPerTask, minSamples, TaskActionRecord, TaskEstimate, TaskStatusChange } from '../model/history.js';
import { TaskResource } from '../model/resource.js';
import { DateTime, type JsonObject, JsonObjectScalar } from '../model/scalars.js';
import { TaskSourceHealth } from '../model/source-health.js';
import { TaskLifecycle } from '../model/task-lifecycle.js';
import { createTaskOrdering, defaultTaskOrder } from '../model/task-order.js';
import { TaskSource } from '../model/task-source.js';
import { Task } from '../model/task.js';
import { maxStatusChanges } from '../store/history-store.js';

/** The whole tree is walked for each task that has the field, whatever page of it is selected. */
const treeFieldCost = 50;

/** The computed fields of Task; the stored fields are in model/task.ts. */
@Resolver(() => Task)
export class TaskResolver {
  @FieldResolver(() => TaskSource, { description: 'The source that the task belongs to.' })
  source(@Root() { sourceName }: Task, @Ctx() { nodes }: OperationContext): TaskSource | null {
    return nodes.source(sourceName);
  }

  @DependsOnProgress()
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'How long to wait before the task is worth reading again, in milliseconds, at most one hour. Null when the task is finished, and when its control plane no longer has it.',
  })
  nextPollAfterMs(@Root() task: Task, @Ctx() { nodes }: OperationContext): number | null {
    return nodes.nextPollAfterMs(task);
  }

  @FieldResolver(() => Task, {
    nullable: true,
    description:
      'The task that this task is a part of. Null when it is not a part of another task, and when that task is not known or could not be read.',
  })
  parent(@Root() task: Task, @Ctx() { nodes }: OperationContext): Promise<Task | null> {
    return nodes.readParent(task);
  }

  @Cost(20)
  @FieldResolver(() => TaskSubtaskConnection, {
    nullable: true,
    description: 'The parts of the task, in the order of its control plane. Null, with an error, when they could not be read.',
  })
  subtasks(
    @Root() task: Task,
    @Args(() => SubtaskListArguments) args: SubtaskListArguments,
    @Ctx() { nodes }: OperationContext,
  ): TaskSubtaskConnection | Promise<TaskSubtaskConnection> {
    return nodes.pageSubtasks(task, args);
  }

  @Cost(treeFieldCost)
  @FieldResolver(() => TaskSubtaskTree, {
    nullable: true,
    description:
      'All parts of the task at any depth as one list, for every kind of control plane: each part is followed by its stages, and then by its subtasks. Null, with an error, when they could not be read.',
  })
  subtaskTree(
    @Root() task: Task,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { nodes }: OperationContext,
  ): Promise<TaskSubtaskTree> {
    return nodes.pageSubtaskTree(task, args);
  }

  @DependsOnRead()
  @FieldResolver(() => DateTime)
  observedAt(@Root() task: Task, @Ctx() { nodes }: OperationContext): number {
    return nodes.observedAt(task);
  }

  @DependsOnMoment()
  @FieldResolver(() => TaskActionAvailability, { description: 'Whether the caller may retry the task now, and if not, why.' })
  retry(@Root() task: Task, @Ctx() { actions }: OperationContext): TaskActionAvailability | Promise<TaskActionAvailability> {
    return actions.availability({ action: 'RETRY', input: null }, task);
  }

  @DependsOnMoment()
  @FieldResolver(() => TaskActionAvailability, { description: 'Whether the caller may cancel the task now, and if not, why.' })
  cancel(@Root() task: Task, @Ctx() { actions }: OperationContext): TaskActionAvailability | Promise<TaskActionAvailability> {
    return actions.availability({ action: 'CANCEL', input: null }, task);
  }

  @ChargedPayload(10)
  @FieldResolver(() => JsonObjectScalar, {
    nullable: true,
    description:
      'The task as JSON, as its control plane sent it, with secrets replaced by "[removed]". Null when the control plane sent nothing or nothing of it was kept, and, with an error, when it could not be read.',
  })
  raw(@Root() task: Task, @Ctx() { history }: OperationContext): JsonObject | null | Promise<JsonObject | null> {
    return history.rawPayload(task);
  }

  @ChargedList({ weight: 10 })
  @DependsOnMoment()
  @FieldResolver(() => [TaskStatusChange], {
    nullable: true,
    description: `The statuses in which this gateway has seen the task, oldest first, the last ${maxStatusChanges} of them. Null, with an error, when the store cannot be read.`,
  })
  history(@Root() task: Task, @Ctx() { history }: OperationContext): Promise<readonly TaskStatusChange[]> {
    return history.statusChanges(task);
  }

  @ChargedList({ weight: 10 })
  @DependsOnMoment()
  @FieldResolver(() => [TaskActionRecord], {
    nullable: true,
    description: `The actions on the task that were requested through this gateway, oldest first, including those that were refused; at most the last ${maxActionsPerTask}. Null, with an error, when the store cannot be read.`,
  })
  actions(@Root() task: Task, @Ctx() { history }: OperationContext): Promise<readonly TaskActionRecord[]> {
    return history.actions(task);
  }

  @DependsOnMoment()
  @FieldResolver(() => TaskEstimate, {
    nullable: true,
    description: `How long tasks of the same operation and source usually take. Null when the task is finished or has no operation, and when fewer than ${minSamples} such tasks have been seen to succeed.`,
  })
  estimatedFinish(@Root() task: Task, @Ctx() { history }: OperationContext): Promise<TaskEstimate | null> {
    return history.estimate(task);
  }
}

/** The computed fields of everything that has a life cycle: tasks, subtasks and stages. */
@Resolver(() => TaskLifecycle)
export class LifecycleResolver {
  @DependsOnProgress()
  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Elapsed time in milliseconds, from the start, or else the creation, of the work to its end, or to now when it is not finished. Null when one of these times is missing or cannot be right. It is running time: waiting and earlier attempts do not count as far as the control plane reports or this gateway has seen them, and work that has not begun, or was cancelled before, has none.',
  })
  durationMs(@Root() work: TaskLifecycle, @Ctx() { nodes }: OperationContext): number | null {
    return nodes.computeDuration(work);
  }
}

/** Such a list is filtered, sorted and counted as a whole, for each object that has the field, whether its tasks are selected or not. */
const tasksFieldCost = 225;

@Resolver(() => TaskSource)
export class TaskSourceResolver {
  @DependsOnMoment()
  @FieldResolver(() => TaskSourceHealth, { description: 'How well the control plane of the source answers.' })
  health(@Root() { name }: TaskSource, @Ctx() { nodes }: OperationContext): Promise<TaskSourceHealth | null> {
    return nodes.healthAfterReads(name);
  }
}

@Resolver(() => TaskResource)
export class ResourceResolver {
  @FieldResolver(() => String, {
    description:
      'Name of the resource for display: the name that its control plane sends, or else its fully qualified domain name, or else its id on the control plane. Unlike `name` it is never null, so one operation can select it beside the `name` of a task.',
  })
  displayName(@Root() { name, fqdn, sourceResourceId }: TaskResource): string {
    return name ?? fqdn ?? sourceResourceId;
  }

  @FieldResolver(() => TaskSource, { description: 'The source whose tasks name this resource.' })
  source(@Root() { sourceName }: TaskResource, @Ctx() { nodes }: OperationContext): TaskSource | null {
    return nodes.source(sourceName);
  }

  @Cost(tasksFieldCost)
  @FieldResolver(() => TaskConnection, {
    nullable: true,
    description:
      'The tasks of the source that work on this resource, themselves or in their subtasks. Null, with an error, when they could not be read.',
  })
  tasks(
    @Root() resource: TaskResource,
    @Args(() => TaskPageArguments) args: TaskPageArguments,
    @Ctx() { taskLists }: OperationContext,
  ): Promise<TaskConnection> {
    return taskLists.tasksOfResource(resource, args);
  }
}

@Resolver(() => TaskFailureGroup)
export class FailureGroupResolver {
  @Cost(tasksFieldCost)
  @FieldResolver(() => TaskConnection, {
    nullable: true,
    description:
      'The tasks of the group, those that ended last first. Null only together with an error, for example when the arguments are not valid.',
  })
  tasks(
    @Root() group: FailureGroupWithReads,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { taskLists }: OperationContext,
  ): TaskConnection {
    return taskLists.tasksOfGroup(group, args);
  }
}

@Resolver(() => TaskChange)
export class TaskChangeResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Cursor of the task in a list tasks with this order: with before and last: 1, that list returns the task after which this one belongs, and none when it comes first. Null with LEFT and GONE, after which the task is in no such list.',
  })
  cursor(@Root() { kind, task }: TaskChange, @Args(() => TaskChangeCursorArguments) { orderBy }: TaskChangeCursorArguments): string | null {
    return kind === 'LEFT' || kind === 'GONE' ? null : createCursor(task, createTaskOrdering(orderBy ?? defaultTaskOrder));
  }
}
