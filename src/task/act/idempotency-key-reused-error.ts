import { ObjectType } from 'type-graphql';

import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({
  description: 'The idempotency key was used before with another input, so nothing was sent.',
  implements: TaskActionErrorFields,
})
export class IdempotencyKeyReusedError extends TaskActionErrorFields {
  readonly __typename!: 'IdempotencyKeyReusedError';
}
