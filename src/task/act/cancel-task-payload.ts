import { Field, ObjectType } from 'type-graphql';

import { TaskActionPayload } from './payload.js';

@ObjectType({ description: 'What cancelling one task answers.', implements: TaskActionPayload })
export class CancelTaskPayload extends TaskActionPayload {
  readonly __typename!: 'CancelTaskPayload';

  @Field(() => String, { description: 'As it came.', nullable: true })
  clientMutationId!: string | null;
}
