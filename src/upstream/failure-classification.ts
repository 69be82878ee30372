import { errors } from 'undici';

import { describeTlsError } from '../lib/tls-errors.js';
import { findErrorCode } from '../model/errors.js';
import { SourceProblemError } from '../model/source-problem.js';
import { ResponseTooLargeError } from './exchange.js';
import type { UpstreamRequest } from './request.js';
import type { UpstreamResponse } from './response.js';

/** The result of one attempt. */
export type AttemptResult =
  { readonly kind: 'response'; readonly response: UpstreamResponse } | { readonly kind: 'error'; readonly error: SourceProblemError };

/**
 * What an attempt says about the health of the plane. `timeout`: it was sent, and there was no complete response in
 * time. `retried`: it failed, and the last attempt will count for the whole read. `ignored`: nothing, for example
 * because the caller left.
 */
export type AttemptOutcome = 'success' | 'failure' | 'timeout' | 'retried' | 'connect-failure' | 'ignored';

/**
 * Classifies an attempt. A 4xx comes from a plane that works, except 408, and 429 without a Retry-After. A response to
 * GET that is not JSON comes from something in place of the plane. Other bodies are not looked at: responses to actions
 * may have none.
 */
export function classifyAttempt(result: AttemptResult, method: UpstreamRequest['method']): AttemptOutcome {
  if (result.kind === 'error') {
    if (isConnectFailure(result.error)) return 'connect-failure';
    return result.error.problem.kind === 'TIMEOUT' ? 'timeout' : 'failure';
  }
  const { response } = result;
  const { status } = response;
  if (status >= 500 || status === 408) return 'failure';
  // Redirects come from a proxy in front of the plane; but with 303 the catalog says that a task is completed.
  if (status >= 300 && status < 400 && status !== 303) return 'failure';
  if (status === 429) return response.hasRetryAfter ? 'success' : 'failure';
  return method === 'GET' && response.isSuccess && response.isNotJson ? 'failure' : 'success';
}

interface ErrorMeaning {
  readonly kind: 'UNREACHABLE' | 'TIMEOUT';
  readonly message: string;
  /** No connection was established: no name, no route, no listener, no agreement on TLS. */
  readonly isConnectFailure?: true;
}

const timeout = { kind: 'TIMEOUT', message: 'The plane did not answer in time.' } as const;

/** What the error codes of Node.js and undici mean, those of TLS apart. */
const meaningByCode: ReadonlyMap<string, ErrorMeaning> = new Map<string, ErrorMeaning>([
  ['ENOTFOUND', { kind: 'UNREACHABLE', message: 'The host name of the plane is not known.', isConnectFailure: true }],
  ['EAI_AGAIN', { kind: 'UNREACHABLE', message: 'The host name of the plane could not be looked up.', isConnectFailure: true }],
  ['ECONNREFUSED', { kind: 'UNREACHABLE', message: 'The plane refused the connection.', isConnectFailure: true }],
  ['EHOSTUNREACH', { kind: 'UNREACHABLE', message: 'There is no route to the plane.', isConnectFailure: true }],
  ['ENETUNREACH', { kind: 'UNREACHABLE', message: 'There is no route to the plane.', isConnectFailure: true }],
  ['ECONNRESET', { kind: 'UNREACHABLE', message: 'The plane dropped the connection.' }],
  ['EPIPE', { kind: 'UNREACHABLE', message: 'The plane dropped the connection.' }],
  ['UND_ERR_SOCKET', { kind: 'UNREACHABLE', message: 'The plane dropped the connection.' }],
  [
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    { kind: 'UNREACHABLE', message: 'The plane dropped the connection in the middle of its answer.' },
  ],
  // The code when a proxy refuses CONNECT. Aborted requests have it too, and are recognised by their signal before.
  ['UND_ERR_ABORTED', { kind: 'UNREACHABLE', message: 'The proxy did not open a connection to the plane.' }],
  ['UND_ERR_CONNECT_TIMEOUT', { ...timeout, isConnectFailure: true }],
  ['UND_ERR_HEADERS_TIMEOUT', timeout],
  ['UND_ERR_BODY_TIMEOUT', timeout],
  ['ETIMEDOUT', timeout],
]);

/**
 * Explains why there is no response. The message names no host, URL or credential; `cause` is for the log. `isCancelled`: the
 * call was ended early.
 */
export function toTransportProblem(error: unknown, isCancelled: boolean): SourceProblemError {
  if (error instanceof SourceProblemError) return error;
  const code = findErrorCode(error) ?? '';
  const tlsProblem = describeTlsError(code, 'the plane');
  if (tlsProblem !== null) return new SourceProblemError('TLS', `${tlsProblem}.`, { cause: error });
  if (error instanceof ResponseTooLargeError || error instanceof errors.ResponseExceededMaxSizeError) {
    return new SourceProblemError('TOO_LARGE', 'The answer of the plane is larger than maxBodyMb allows.', { cause: error });
  }
  if (isCancelled) return new SourceProblemError('TIMEOUT', timeout.message, { cause: error });
  if (error instanceof errors.HTTPParserError || code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something that is not HTTP.', { cause: error });
  }
  const meaning = meaningByCode.get(code);
  if (meaning !== undefined) return new SourceProblemError(meaning.kind, meaning.message, { cause: error });
  return new SourceProblemError('OTHER', 'The plane could not be asked.', { cause: error });
}

function isConnectFailure({ problem, cause }: SourceProblemError): boolean {
  return problem.kind === 'TLS' || meaningByCode.get(findErrorCode(cause) ?? '')?.isConnectFailure === true;
}
