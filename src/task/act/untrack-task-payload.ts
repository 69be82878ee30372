import { Field, ID, ObjectType } from 'type-graphql';

import { actionDescriptions } from './action-descriptions.js';
import { TrackTaskError } from './track-task-error.js';

@ObjectType({ description: 'Result of the mutation untrackTask.' })
export class UntrackTaskPayload {
  @Field(() => ID, { description: 'Id of the task that is no longer tracked. Null when nothing was changed.', nullable: true })
  untrackedTaskId!: string | null;

  @Field(() => [TrackTaskError], { description: 'Why nothing was changed; empty when the task is no longer tracked.' })
  errors!: readonly TrackTaskError[];

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}
