import { ArgsType, Field, ID, Int } from 'type-graphql';

import { maxPageSize, pageDescriptions } from '../gateway/query/task-connections.js';
import { TaskFilter } from '../gateway/query/task-filter.js';
import { TaskOrder } from '../model/task-order.js';
import { TaskStatus } from '../model/task-status.js';

/** The arguments of every connection (Relay). */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: pageDescriptions.first })
  first?: number | null | undefined;

  @Field(() => String, { nullable: true, description: pageDescriptions.after })
  after?: string | null | undefined;

  @Field(() => Int, { nullable: true, description: pageDescriptions.last })
  last?: number | null | undefined;

  @Field(() => String, { nullable: true, description: pageDescriptions.before })
  before?: string | null | undefined;
}

/** A page of tasks, chosen and ordered. */
@ArgsType()
export class TaskPageArgs extends PageArgs {
  @Field(() => TaskFilter, { nullable: true, description: 'Selects the tasks of the list; null selects all.' })
  filter?: TaskFilter | null | undefined;

  @Field(() => TaskOrder, { nullable: true, description: 'The order of the tasks; by default those created last come first.' })
  orderBy?: TaskOrder | null | undefined;
}

@ArgsType()
export class TasksArgs extends TaskPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: pageDescriptions.maxAgeMs,
  })
  maxAgeMs?: number | null | undefined;
}

@ArgsType()
export class TaskFailureGroupsArgs extends PageArgs {
  @Field(() => TaskFilter, {
    nullable: true,
    description: 'Selects the tasks that are grouped; null selects all. Only tasks that failed or timed out are grouped.',
  })
  filter?: TaskFilter | null | undefined;

  @Field(() => Int, {
    nullable: true,
    description: pageDescriptions.maxAgeMs,
  })
  maxAgeMs?: number | null | undefined;
}

@ArgsType()
export class SubtasksArgs extends PageArgs {
  @Field(() => [TaskStatus], {
    nullable: true,
    description: 'Only subtasks in one of these statuses. Null returns all of them, an empty list returns none.',
  })
  statuses?: readonly TaskStatus[] | null | undefined;
}

@ArgsType()
export class NodeArgs {
  @Field(() => ID, { description: 'Id of a task, a source or a resource.' })
  id!: string;
}

@ArgsType()
export class NodesArgs {
  @Field(() => [ID], { description: `Ids of tasks, sources or resources, at most ${maxPageSize}.` })
  ids!: readonly string[];
}

@ArgsType()
export class TaskArgs {
  @Field(() => ID, { description: 'Id of the task, as the field Task.id shows it.' })
  id!: string;

  @Field(() => Int, {
    nullable: true,
    description: pageDescriptions.maxAgeMs,
  })
  maxAgeMs?: number | null | undefined;
}

@ArgsType()
export class TaskBySourceTaskIdArgs {
  @Field(() => String, { description: 'Name of the source, as configured.' })
  sourceName!: string;

  @Field(() => String, { description: 'Id of the task on its control plane, as the user interface of that control plane shows it.' })
  sourceTaskId!: string;
}

@ArgsType()
export class TaskSourceArgs {
  @Field(() => String, { description: 'Name of the source, as configured.' })
  name!: string;
}

@ArgsType()
export class TaskChangedArgs {
  @Field(() => ID, { description: 'Id of the task to watch, as the field Task.id shows it.' })
  id!: string;
}

@ArgsType()
export class TasksChangedArgs {
  @Field(() => TaskFilter, { nullable: true, description: 'Selects the tasks to watch; null selects all.' })
  filter?: TaskFilter | null | undefined;
}
