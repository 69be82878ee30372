import { ArgsType, Field, ID, Int } from 'type-graphql';

import { maxPageSize } from '../task/read/page/page-arguments.js';
import { pageDescriptions } from '../task/read/page/page-descriptions.js';

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
