import { ArgsType, Field, ID, Int } from 'type-graphql';

import { TaskOrder } from '../../model/task-order.js';
import { TaskStatus } from '../../model/task-status.js';
import { maxPageSize, pageDescriptions } from './connection-types.js';
import { TaskFilter } from './task-filter.js';

/** The argument `maxAgeMs` of every field that reads from control planes. */
function MaxAgeField(): PropertyDecorator {
  return Field(() => Int, { nullable: true, description: pageDescriptions.maxAgeMs });
}

/** The arguments of every connection (Relay). Null is the same as absent. */
@ArgsType()
export class PageArguments {
  @Field(() => Int, { nullable: true, description: pageDescriptions.first })
  readonly first?: number | null | undefined;

  @Field(() => String, { nullable: true, description: pageDescriptions.after })
  readonly after?: string | null | undefined;

  @Field(() => Int, { nullable: true, description: pageDescriptions.last })
  readonly last?: number | null | undefined;

  @Field(() => String, { nullable: true, description: pageDescriptions.before })
  readonly before?: string | null | undefined;
}

/** The arguments of a list of tasks that were read already. */
@ArgsType()
export class TaskPageArguments extends PageArguments {
  @Field(() => TaskFilter, { nullable: true, description: 'Selects the tasks of the list; null selects all.' })
  readonly filter?: TaskFilter | null | undefined;

  @Field(() => TaskOrder, { nullable: true, description: 'The order of the tasks; by default those created last come first.' })
  readonly orderBy?: TaskOrder | null | undefined;
}

@ArgsType()
export class TaskListArguments extends TaskPageArguments {
  @MaxAgeField()
  readonly maxAgeMs?: number | null | undefined;
}

@ArgsType()
export class FailureGroupListArguments extends PageArguments {
  @Field(() => TaskFilter, {
    nullable: true,
    description: 'Selects the tasks that are grouped; null selects all. Only tasks that failed or timed out are grouped.',
  })
  readonly filter?: TaskFilter | null | undefined;

  @MaxAgeField()
  readonly maxAgeMs?: number | null | undefined;
}

@ArgsType()
export class SubtaskListArguments extends PageArguments {
  @Field(() => [TaskStatus], {
    nullable: true,
    description: 'Only subtasks in one of these statuses. Null returns all of them, an empty list returns none.',
  })
  readonly statuses?: readonly TaskStatus[] | null | undefined;
}

@ArgsType()
export class NodeArguments {
  @Field(() => ID, { description: 'Id of a task, a source or a resource.' })
  readonly id!: string;
}

@ArgsType()
export class NodesArguments {
  @Field(() => [ID], { description: `Ids of tasks, sources or resources, at most ${maxPageSize}.` })
  readonly ids!: readonly string[];
}

@ArgsType()
export class TaskArguments {
  @Field(() => ID, { description: 'Id of the task, as the field Task.id shows it.' })
  readonly id!: string;

  @MaxAgeField()
  readonly maxAgeMs?: number | null | undefined;
}

@ArgsType()
export class TaskBySourceTaskIdArguments {
  @Field(() => String, { description: 'Name of the source, as configured.' })
  readonly sourceName!: string;

  @Field(() => String, { description: 'Id of the task on its control plane, as the user interface of that control plane shows it.' })
  readonly sourceTaskId!: string;
}

@ArgsType()
export class TaskSourceArguments {
  @Field(() => String, { description: 'Name of the source, as configured.' })
  readonly name!: string;
}

@ArgsType()
export class TaskChangedArguments {
  @Field(() => ID, { description: 'Id of the task to watch, as the field Task.id shows it.' })
  readonly id!: string;
}

@ArgsType()
export class TasksChangedArguments {
  @Field(() => TaskFilter, { nullable: true, description: 'Selects the tasks to watch; null selects all.' })
  readonly filter?: TaskFilter | null | undefined;
}

@ArgsType()
export class TaskChangeCursorArguments {
  @Field(() => TaskOrder, {
    nullable: true,
    description: 'The order of the list that the cursor is for; by default tasks created last come first.',
  })
  readonly orderBy?: TaskOrder | null | undefined;
}
