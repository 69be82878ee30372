import { Field, ObjectType } from 'type-graphql';

import { Task } from '../model/task.js';
import { TrackTaskError } from './track-task-error.js';

@ObjectType({ description: 'What tracking answers.' })
export class TrackTaskPayload {
  @Field(() => Task, { description: 'The task, tracked.', nullable: true })
  task!: Task | null;

  @Field(() => [TrackTaskError], { description: 'Why not.' })
  errors!: readonly TrackTaskError[];

  @Field(() => String, { description: 'As it came.', nullable: true })
  clientMutationId!: string | null;
}
