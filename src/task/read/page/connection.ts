import { Field, Int, ObjectType } from 'type-graphql';

import { TaskStatusCount } from '../../model/status-count.js';
import { Task } from '../../model/task.js';
import { TaskSourceOutcome } from '../../source/outcome.js';
import { TaskEdge } from './edge.js';
import { pageDescriptions } from './page-descriptions.js';
import { PageInfo } from './page-info.js';

@ObjectType({ description: 'A page of a list of tasks, and what came of reading each source for the list.' })
export class TaskConnection {
  @Field(() => [TaskEdge], { description: pageDescriptions.edges })
  edges!: readonly TaskEdge[];

  @Field(() => [Task], { description: pageDescriptions.nodes })
  nodes!: readonly Task[];

  @Field(() => PageInfo, { description: pageDescriptions.pageInfo })
  pageInfo!: PageInfo;

  @Field(() => Int, {
    description: 'Number of tasks that match the whole filter, across all pages, as far as the tasks of each source are known now.',
  })
  totalCount!: number;

  @Field(() => [TaskStatusCount], {
    description:
      'Number of tasks for each status that occurs, in the order of TaskStatus. They match the filter apart from its own statuses and isFinished, so that a user can switch between statuses.',
  })
  countsByStatus!: readonly TaskStatusCount[];

  @Field(() => [TaskSourceOutcome], {
    description:
      'What came of reading each source that can have matching tasks, in the order of the configuration. A source that could not be read is listed too.',
  })
  sources!: readonly TaskSourceOutcome[];

  @Field(() => [String], { description: 'Names of sources in the filter that are not configured, or that the caller may not read.' })
  unknownSources!: readonly string[];
}
