import { Field, ObjectType } from 'type-graphql';

import { actionDescriptions } from './action-descriptions.js';
import { TaskActionPayload } from './payload.js';

@ObjectType({ description: 'Result of a request to retry one task.', implements: TaskActionPayload })
export class RetryTaskPayload extends TaskActionPayload {
  readonly __typename!: 'RetryTaskPayload';

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}
