import type { ErrorCode } from '../task/error/tributary-error.js';

/** What is answered to a request that does not get as far as GraphQL, in the form of a GraphQL answer. */
export function refusal(message: string, code: ErrorCode, retryAfterMs: number | null = null): object {
  return { errors: [{ message, extensions: { code, ...(retryAfterMs !== null && { retryAfterMs }) } }] };
}
