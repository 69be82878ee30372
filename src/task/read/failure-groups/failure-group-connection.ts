import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceOutcome } from '../../source/outcome.js';
import { pageDescriptions } from '../page/page-descriptions.js';
import { TaskFailureGroupEdge } from './failure-group-edge.js';
import { TaskFailureGroup } from './failure-group.js';
import { PageInfo } from '../page/page-info.js';

@ObjectType({ description: 'A page of failure groups, those with the most tasks first, and what came of reading each source.' })
export class TaskFailureGroupConnection {
  @Field(() => [TaskFailureGroupEdge], { description: pageDescriptions.edges })
  edges!: readonly TaskFailureGroupEdge[];

  @Field(() => [TaskFailureGroup], { description: pageDescriptions.nodes })
  nodes!: readonly TaskFailureGroup[];

  @Field(() => PageInfo, { description: pageDescriptions.pageInfo })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of failure groups across all pages.' })
  totalCount!: number;

  @Field(() => [TaskSourceOutcome], {
    description:
      'What came of reading each source that can have matching tasks, in the order of the configuration. A source that could not be read is listed too.',
  })
  sources!: readonly TaskSourceOutcome[];
}
