import { ArgsType, Field, Int } from 'type-graphql';

import { TaskFilter } from '../task/read/filter/filter.js';
import { PageArgs } from './page-args.js';

@ArgsType()
export class TaskFailureGroupsArgs extends PageArgs {
  @Field(() => TaskFilter, { nullable: true, description: 'Which tasks are grouped; null is all that failed.' })
  filter?: TaskFilter | null | undefined;

  @Field(() => Int, {
    nullable: true,
    description: 'Milliseconds; data up to this old is good enough. Null is the configured default, 0 asks the planes now.',
  })
  maxAgeMs?: number | null | undefined;
}
