import type { AnswerError } from './answer.js';
import { ClientError } from './client-error.js';

/** Thrown when the gateway answered nothing but errors: it does not run this operation, or not now. */
export class RefusedError extends ClientError {
  override readonly name = 'RefusedError';
  readonly code = 'REFUSED';
  /** As they came. */
  readonly errors: readonly AnswerError[];

  constructor(errors: readonly AnswerError[]) {
    super(errors[0]?.message ?? 'The gateway refused it.');
    this.errors = errors;
  }

  /** The gateway's code for the first error, such as FORBIDDEN or RATE_LIMITED; null where it has none. */
  get reason(): string | null {
    return this.errors[0]?.extensions?.code ?? null;
  }

  /** The same may be answered later. */
  get isTemporary(): boolean {
    return temporary.has(this.reason ?? '');
  }

  /** When asking again makes sense, in milliseconds; null where the gateway does not say. */
  get retryAfterMs(): number | null {
    return this.errors[0]?.extensions?.retryAfterMs ?? null;
  }
}

const temporary: ReadonlySet<string> = new Set(['RATE_LIMITED', 'OVERLOADED', 'SOURCE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);
