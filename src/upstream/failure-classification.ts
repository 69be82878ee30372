import { errors } from 'undici';

import { findErrorCode } from '../model/errors.js';
import { SourceProblemError } from '../model/source-problem.js';
import { ResponseTooLargeError } from './exchange.js';
import type { UpstreamRequest } from './request.js';
import type { UpstreamResponse } from './response.js';

/**
 * What an attempt says of the health of its plane: it works; it fails; it failed and is tried again, so that the last attempt
 * will speak for all; it cannot even be connected to; nothing is said, as of an attempt that was given up.
 */
export type AttemptVerdict = 'good' | 'bad' | 'retried' | 'no-connection' | 'none';

/** What came of one attempt. */
export type AttemptResult = { readonly answer: UpstreamResponse } | { readonly error: SourceProblemError };

/**
 * A refusal (4xx) is the word of a plane that works; 408 is not, nor 429, unless it says when to come back. What is no JSON
 * was sent by something else in its place. Bodies of what is no GET are not looked at: some have none, or none that is JSON.
 */
export function classifyAttempt(attempted: AttemptResult, method: UpstreamRequest['method']): AttemptVerdict {
  if ('error' in attempted) return isConnectFailure(attempted.error) ? 'no-connection' : 'bad';
  const { answer } = attempted;
  if (answer.status >= 500 || answer.status === 408) return 'bad';
  // A redirect is the word of something in front of the plane; 303 is how the catalog says that a task is completed.
  if (answer.status >= 300 && answer.status < 400 && answer.status !== 303) return 'bad';
  if (answer.status === 429) return answer.header('retry-after') === null ? 'bad' : 'good';
  return method === 'GET' && answer.isSuccess && answer.isNotJson ? 'bad' : 'good';
}

const certificateMessages: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of the plane has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the plane is for another host name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of the plane is signed by itself; name its authority in tls.caFile.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  UNABLE_TO_GET_ISSUER_CERT: 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  CERT_NOT_YET_VALID: 'The certificate of the plane is not valid yet; check the clocks.',
};

const unreachableMessages: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The host name of the plane is not known.',
  EAI_AGAIN: 'The host name of the plane could not be looked up.',
  ECONNREFUSED: 'The plane refused the connection.',
  ECONNRESET: 'The plane dropped the connection.',
  EPIPE: 'The plane dropped the connection.',
  EHOSTUNREACH: 'There is no route to the plane.',
  ENETUNREACH: 'There is no route to the plane.',
  // What undici says when CONNECT is refused. It says so too of a request that was aborted, which is known by its signal.
  UND_ERR_ABORTED: 'The proxy did not open a connection to the plane.',
  UND_ERR_SOCKET: 'The plane dropped the connection.',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'The plane dropped the connection in the middle of its answer.',
};

const timeoutCodes: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** Says in plain words why no answer came. The message names no host, URL or credential; `cause` is for the log. */
export function toTransportProblem(error: unknown, signal: AbortSignal): SourceProblemError {
  if (error instanceof SourceProblemError) return error;
  const code = findErrorCode(error) ?? '';
  const certificateWords = findMessage(certificateMessages, code);
  if (certificateWords !== null) return new SourceProblemError('TLS', certificateWords, { cause: error });
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO') {
    return new SourceProblemError('TLS', 'No secure connection to the plane could be agreed on.', { cause: error });
  }
  if (error instanceof ResponseTooLargeError || error instanceof errors.ResponseExceededMaxSizeError) {
    return new SourceProblemError('TOO_LARGE', 'The answer of the plane is larger than maxBodyMb allows.', { cause: error });
  }
  if (signal.aborted || timeoutCodes.has(code)) {
    return new SourceProblemError('TIMEOUT', 'The plane did not answer in time.', { cause: error });
  }
  if (error instanceof errors.HTTPParserError || code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something that is not HTTP.', { cause: error });
  }
  const words = findMessage(unreachableMessages, code);
  if (words !== null) return new SourceProblemError('UNREACHABLE', words, { cause: error });
  return new SourceProblemError('OTHER', 'The plane could not be asked.', { cause: error });
}

function findMessage(table: Readonly<Record<string, string>>, code: string): string | null {
  return Object.hasOwn(table, code) ? (table[code] ?? null) : null;
}

const connectFailureCodes: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether not even a connection stood: no name, no route, nobody there, no agreement on TLS. */
export function isConnectFailure(error: SourceProblemError): boolean {
  return error.problem.kind === 'TLS' || connectFailureCodes.has(findErrorCode(error.cause) ?? '');
}
