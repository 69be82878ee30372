import { Field, Int, ObjectType } from 'type-graphql';

import { TaskStatusCount } from '../../model/status-count.js';
import { TaskSubtask } from '../../model/subtask.js';
import { PageInfo } from './page-info.js';
import { TaskSubtaskEdge } from './subtask-edge.js';

@ObjectType({ description: 'Subtasks of one task.' })
export class TaskSubtaskConnection {
  @Field(() => [TaskSubtaskEdge], { description: 'With cursors.' })
  edges!: readonly TaskSubtaskEdge[];

  @Field(() => [TaskSubtask], { description: 'Without.' })
  nodes!: readonly TaskSubtask[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'After the statuses argument.' })
  totalCount!: number;

  @Field(() => [TaskStatusCount], { description: 'Of all, whatever the statuses argument says.' })
  countsByStatus!: readonly TaskStatusCount[];
}
