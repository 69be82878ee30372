import { Field, ObjectType } from 'type-graphql';

import { Task } from '../model/task.js';
import { actionDescriptions } from './action-descriptions.js';
import { TrackTaskError } from './track-task-error.js';

@ObjectType({ description: 'Result of the mutation trackTask.' })
export class TrackTaskPayload {
  @Field(() => Task, { description: 'The task that is tracked from now on. Null when it could not be tracked.', nullable: true })
  task!: Task | null;

  @Field(() => [TrackTaskError], { description: 'Why the task could not be tracked; empty when it was.' })
  errors!: readonly TrackTaskError[];

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}
