import type { SourceProblemError } from '../task/error/source-problem-error.js';
import { isConnectFailure } from './connect-failure.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamRequest } from './upstream-request.js';

/**
 * What an attempt says of the health of its plane: it works; it fails; it failed and is tried again, so that the last attempt
 * will speak for all; it cannot even be connected to; nothing is said, as of an attempt that was given up.
 */
export type Verdict = 'good' | 'bad' | 'retried' | 'no-connection' | 'none';

/** What came of one attempt. */
export type Attempted = { readonly answer: UpstreamAnswer } | { readonly error: SourceProblemError };

/**
 * A refusal (4xx) is the word of a plane that works; 408 is not, nor 429, unless it says when to come back. What is no JSON
 * was sent by something else in its place. Bodies of what is no GET are not looked at: some have none, or none that is JSON.
 */
export function verdictOf(attempted: Attempted, method: UpstreamRequest['method']): Verdict {
  if ('error' in attempted) return isConnectFailure(attempted.error) ? 'no-connection' : 'bad';
  const { answer } = attempted;
  if (answer.status >= 500 || answer.status === 408) return 'bad';
  // A redirect is the word of something in front of the plane; 303 is how the catalog says that a task is completed.
  if (answer.status >= 300 && answer.status < 400 && answer.status !== 303) return 'bad';
  if (answer.status === 429) return answer.header('retry-after') === null ? 'bad' : 'good';
  return method === 'GET' && answer.isSuccess && answer.isNoJson ? 'bad' : 'good';
}
