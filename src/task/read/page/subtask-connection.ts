import { Field, Int, ObjectType } from 'type-graphql';

import { TaskStatusCount } from '../../model/status-count.js';
import { TaskSubtask } from '../../model/subtask.js';
import { pageDescriptions } from './page-descriptions.js';
import { PageInfo } from './page-info.js';
import { TaskSubtaskEdge } from './subtask-edge.js';

@ObjectType({ description: 'A page of the subtasks of one task, in the order of the control plane.' })
export class TaskSubtaskConnection {
  @Field(() => [TaskSubtaskEdge], { description: pageDescriptions.edges })
  edges!: readonly TaskSubtaskEdge[];

  @Field(() => [TaskSubtask], { description: pageDescriptions.nodes })
  nodes!: readonly TaskSubtask[];

  @Field(() => PageInfo, { description: pageDescriptions.pageInfo })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of subtasks that match the argument statuses, across all pages.' })
  totalCount!: number;

  @Field(() => [TaskStatusCount], { description: 'Number of subtasks for each status that occurs, whatever the argument statuses is.' })
  countsByStatus!: readonly TaskStatusCount[];
}
