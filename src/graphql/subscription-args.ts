import { ArgsType, Field, ID } from 'type-graphql';

import { TaskFilter } from '../task/read/filter/filter.js';

@ArgsType()
export class TaskChangedArgs {
  @Field(() => ID, { description: 'Of the task.' })
  id!: string;
}

@ArgsType()
export class TasksChangedArgs {
  @Field(() => TaskFilter, { nullable: true, description: 'Which tasks; null is all.' })
  filter?: TaskFilter | null | undefined;
}
