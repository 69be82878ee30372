import { Field, ObjectType } from 'type-graphql';

import { TaskActionPayload } from './payload.js';

@ObjectType({ description: 'What retrying one task answers.', implements: TaskActionPayload })
export class RetryTaskPayload extends TaskActionPayload {
  readonly __typename!: 'RetryTaskPayload';

  @Field(() => String, { description: 'As it came.', nullable: true })
  clientMutationId!: string | null;
}
