import { ClientError } from './client-error.js';

/** Thrown when the `signal` was aborted, or the client closed. Its name is that of the DOM's error; `cause` is the reason that was given. */
export class AbortedError extends ClientError {
  override readonly name = 'AbortError';
  readonly code = 'ABORTED';

  constructor(cause: unknown) {
    super('It was aborted.', { cause });
  }
}
