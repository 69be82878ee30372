import { Field, ID, InputType } from 'type-graphql';

import { mostActedOn } from '../read/operation-weights.js';
import { actionDescriptions } from './action-descriptions.js';

@InputType({ description: 'Input of the mutation cancelTasks.' })
export class CancelTasksInput {
  @Field(() => [ID], { description: `Ids of the tasks that are to be cancelled, at most ${mostActedOn}. A repeated id is acted on once.` })
  ids!: readonly string[];

  @Field(() => String, { description: actionDescriptions.idempotencyKeyOfEach, nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.reason, nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}
