import { ObjectType } from 'type-graphql';

import { TaskActionErrorFields } from './error-fields.js';

@ObjectType({ description: 'The key was used before with another input.', implements: TaskActionErrorFields })
export class IdempotencyKeyReusedError extends TaskActionErrorFields {
  readonly __typename!: 'IdempotencyKeyReusedError';
}
