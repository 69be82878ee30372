import { ArgsType, Field, Int } from 'type-graphql';

import { TaskFilter } from '../task/read/filter/filter.js';
import { pageDescriptions } from '../task/read/page/page-descriptions.js';
import { PageArgs } from './page-args.js';

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
