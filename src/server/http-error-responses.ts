import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { FastifyError, FastifyReply } from 'fastify';

import { type ErrorCode, TributaryError } from '../model/errors.js';

/** The status of a request that is refused as a whole. Errors of single fields leave the status of the response at 200. */
export const errorStatuses: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  LIMIT_EXCEEDED: 400,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  SOURCE_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  PERSISTED_QUERY_NOT_FOUND: 400,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  INTERNAL_SERVER_ERROR: 500,
};

/** Why a request is refused before it gets as far as GraphQL. Every TributaryError is one. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** By default the status of the code. */
  readonly status?: number;
  /** When it makes sense to send the request again, in milliseconds. */
  readonly retryAfterMs?: number | null;
}

/** The body of a refusal, in the form of a GraphQL response. */
export function errorResponse({ message, code, retryAfterMs }: Refusal): object {
  return { errors: [{ message, extensions: { code, ...(retryAfterMs != null && { retryAfterMs }) } }] };
}

/** The value of the header `Retry-After`: whole seconds, rounded up so that no client tries again too early. */
export function formatRetryAfter(ms: number): string {
  return String(Math.ceil(ms / 1_000));
}

/** What was refused, by its response. */
const refusals = new WeakMap<FastifyReply, Refusal>();

/** Why the request of this response was refused; null where it was not, or after it had got as far as GraphQL. */
export function findRefusal(reply: FastifyReply): Refusal | null {
  return refusals.get(reply) ?? null;
}

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  refusals.set(reply, refusal);
  if (refusal.retryAfterMs != null) reply.header('retry-after', formatRetryAfter(refusal.retryAfterMs));
  return reply.code(resolveStatus(refusal)).send(errorResponse(refusal));
}

/** Thrown when the body of a request is refused unread, or before it is parsed. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly statusCode: 400 | 415;
  readonly code: 'BAD_USER_INPUT' | 'LIMIT_EXCEEDED';

  constructor(statusCode: 400 | 415, code: BodyError['code'], message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** Translates what Fastify refuses, and what fails outside GraphQL. */
export function translateFrameworkError(error: FastifyError | BodyError | TributaryError): Refusal {
  if (error instanceof TributaryError) return error;
  const status = error.statusCode ?? 500;
  if (error instanceof BodyError) return { status, code: error.code, message: error.message };
  if (status >= 500) return { status, code: 'INTERNAL_SERVER_ERROR', message: 'Internal error.' };
  if (status === 413) return { status, code: 'LIMIT_EXCEEDED', message: 'The body of the request is larger than limits.bodyKb allows.' };
  if (status === 415) return { status, code: 'BAD_USER_INPUT', message: 'The body of a request must be application/json.' };
  const isNoJson = error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError;
  return { status, code: 'BAD_USER_INPUT', message: isNoJson ? 'The body of the request is not JSON.' : unreadableRequest.message };
}

/** Responds to a request that Node cannot parse as HTTP, or that took too long to arrive, and closes the connection. */
export function sendClientError(error: { readonly code?: string }, socket: Socket): void {
  // The client has disconnected; or part of a response may be sent, which a second one would corrupt. A late request has none yet.
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (error.code === 'ECONNRESET' || !socket.writable || (socket.bytesWritten > 0 && !isLate)) return void socket.destroy();
  socket.end(formatRawResponse(clientErrors[error.code ?? ''] ?? unreadableRequest), () => socket.destroy());
}

const unreadableRequest: Refusal = { code: 'BAD_USER_INPUT', message: 'The request cannot be read.' };
const clientErrors: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'LIMIT_EXCEEDED', message: 'The request took too long to arrive.' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'LIMIT_EXCEEDED', message: 'The headers of the request are too long.' },
};

/** Refuses a connection that does not become a WebSocket with the same response as a request, and closes it. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal, headers: Readonly<Record<string, string>> = {}): void {
  // Node has detached its own listeners from the socket of an upgrade, so a client that is gone would end the process.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  // With a body unread, TCP would reset the connection and lose the response.
  socket.resume();
  socket.end(formatRawResponse(refusal, headers));
}

/** A whole HTTP/1.1 response, where there is no ServerResponse to write it with. */
function formatRawResponse(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): string {
  const body = JSON.stringify(errorResponse(refusal));
  const status = resolveStatus(refusal);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(refusal.retryAfterMs == null ? [] : [`retry-after: ${formatRetryAfter(refusal.retryAfterMs)}`]),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function resolveStatus({ code, status }: Refusal): number {
  return status ?? errorStatuses[code];
}
