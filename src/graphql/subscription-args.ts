import { ArgsType, Field, ID } from 'type-graphql';

import { TaskFilter } from '../task/read/filter/filter.js';

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
