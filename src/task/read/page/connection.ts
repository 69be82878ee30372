import { Field, Int, ObjectType } from 'type-graphql';

import { TaskStatusCount } from '../../model/status-count.js';
import { Task } from '../../model/task.js';
import { TaskSourceOutcome } from '../../source/outcome.js';
import { TaskEdge } from './edge.js';
import { PageInfo } from './page-info.js';

@ObjectType({ description: 'A page of tasks, and what each source answered.' })
export class TaskConnection {
  @Field(() => [TaskEdge], { description: 'With cursors.' })
  edges!: readonly TaskEdge[];

  @Field(() => [Task], { description: 'Without.' })
  nodes!: readonly Task[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'After the whole filter, of what is known now.' })
  totalCount!: number;

  @Field(() => [TaskStatusCount], { description: 'After the filter without its own statuses and isFinished.' })
  countsByStatus!: readonly TaskStatusCount[];

  @Field(() => [TaskSourceOutcome], { description: 'One for every source that was asked: none is missing in silence.' })
  sources!: readonly TaskSourceOutcome[];

  @Field(() => [String], { description: 'Names in the filter that are not configured, or that the caller may not read.' })
  unknownSources!: readonly string[];
}
