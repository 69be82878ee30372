import type { AnswerError } from './answer.js';
import type { ClientError } from './client-error.js';
import { RefusedError } from './refused-error.js';
import { UnauthenticatedError } from './unauthenticated-error.js';

/** What is thrown for an answer of errors alone. */
export function refusalOf(errors: readonly AnswerError[]): ClientError {
  const [first] = errors;
  return first?.extensions?.code === 'UNAUTHENTICATED' ? new UnauthenticatedError(first.message) : new RefusedError(errors);
}
