import { Field, ObjectType } from 'type-graphql';

import { actionDescriptions } from './action-descriptions.js';
import { TaskActionPayload } from './payload.js';

@ObjectType({ description: 'Result of a request to cancel one task.', implements: TaskActionPayload })
export class CancelTaskPayload extends TaskActionPayload {
  readonly __typename!: 'CancelTaskPayload';

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}
