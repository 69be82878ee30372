import { errors } from 'undici';

import { causeCodeOf } from '../task/error/cause-code.js';
import { SourceProblemError } from '../task/error/source-problem-error.js';
import { AnswerTooLargeError } from './exchange.js';

const certificate: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of the plane has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the plane is for another host name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of the plane is signed by itself; name its authority in tls.caFile.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  UNABLE_TO_GET_ISSUER_CERT: 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  CERT_NOT_YET_VALID: 'The certificate of the plane is not valid yet; check the clocks.',
};

const unreachable: Readonly<Record<string, string>> = {
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

const timeouts: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** Says in plain words why no answer came. The message names no host, URL or credential; `cause` is for the log. */
export function problemOfFailure(error: unknown, signal: AbortSignal): SourceProblemError {
  if (error instanceof SourceProblemError) return error;
  const code = causeCodeOf(error) ?? '';
  const certificateWords = lookUp(certificate, code);
  if (certificateWords !== null) return new SourceProblemError('TLS', certificateWords, { cause: error });
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO') {
    return new SourceProblemError('TLS', 'No secure connection to the plane could be agreed on.', { cause: error });
  }
  if (error instanceof AnswerTooLargeError || error instanceof errors.ResponseExceededMaxSizeError) {
    return new SourceProblemError('TOO_LARGE', 'The answer of the plane is larger than maxBodyMb allows.', { cause: error });
  }
  if (signal.aborted || timeouts.has(code)) {
    return new SourceProblemError('TIMEOUT', 'The plane did not answer in time.', { cause: error });
  }
  if (error instanceof errors.HTTPParserError || code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something that is not HTTP.', { cause: error });
  }
  const words = lookUp(unreachable, code);
  if (words !== null) return new SourceProblemError('UNREACHABLE', words, { cause: error });
  return new SourceProblemError('OTHER', 'The plane could not be asked.', { cause: error });
}

function lookUp(table: Readonly<Record<string, string>>, code: string): string | null {
  return Object.hasOwn(table, code) ? (table[code] ?? null) : null;
}
