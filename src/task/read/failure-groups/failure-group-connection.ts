import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceOutcome } from '../../source/outcome.js';
import { TaskFailureGroupEdge } from './failure-group-edge.js';
import { TaskFailureGroup } from './failure-group.js';
import { PageInfo } from '../page/page-info.js';

@ObjectType({ description: 'Failure groups, most frequent first, and what each source answered.' })
export class TaskFailureGroupConnection {
  @Field(() => [TaskFailureGroupEdge], { description: 'With cursors.' })
  edges!: readonly TaskFailureGroupEdge[];

  @Field(() => [TaskFailureGroup], { description: 'Without.' })
  nodes!: readonly TaskFailureGroup[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Groups in all.' })
  totalCount!: number;

  @Field(() => [TaskSourceOutcome], { description: 'One for every source that was asked.' })
  sources!: readonly TaskSourceOutcome[];
}
