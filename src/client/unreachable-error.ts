import { ClientError } from './client-error.js';

/**
 * Thrown when the gateway gave no answer: there is no connection, or something in between answered. After a mutation it says
 * nothing on what became of the action: send it again with the same `idempotencyKey`, or look at the task.
 */
export class UnreachableError extends ClientError {
  override readonly name = 'UnreachableError';
  readonly code = 'UNREACHABLE';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}
