import { ArgsType, Field, ID, Int } from 'type-graphql';

@ArgsType()
export class NodeArgs {
  @Field(() => ID, { description: 'Of a task, a source or a resource.' })
  id!: string;
}

@ArgsType()
export class NodesArgs {
  @Field(() => [ID], { description: 'At most 200.' })
  ids!: readonly string[];
}

@ArgsType()
export class TaskArgs {
  @Field(() => ID, { description: 'Of the task.' })
  id!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Milliseconds; data up to this old is good enough. Null is the configured default, 0 asks the plane now.',
  })
  maxAgeMs?: number | null | undefined;
}

@ArgsType()
export class TaskBySourceTaskIdArgs {
  @Field(() => String, { description: 'The source, as configured.' })
  sourceName!: string;

  @Field(() => String, { description: 'The id that the screen of the plane shows.' })
  sourceTaskId!: string;
}

@ArgsType()
export class TaskSourceArgs {
  @Field(() => String, { description: 'As configured.' })
  name!: string;
}
