import { Field, ID, ObjectType } from 'type-graphql';

import { TrackTaskError } from './track-task-error.js';

@ObjectType({ description: 'What untracking answers.' })
export class UntrackTaskPayload {
  @Field(() => ID, { description: 'Forgotten.', nullable: true })
  untrackedTaskId!: string | null;

  @Field(() => [TrackTaskError], { description: 'Why not.' })
  errors!: readonly TrackTaskError[];

  @Field(() => String, { description: 'As it came.', nullable: true })
  clientMutationId!: string | null;
}
