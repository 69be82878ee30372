import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { FastifyError } from 'fastify';

import type { ErrorCode } from '../model/errors.js';
import { BodyError } from './guards/json-body.js';

/** What is answered to a request that does not get as far as GraphQL, in the form of a GraphQL answer. */
export function errorResponse(message: string, code: ErrorCode, retryAfterMs: number | null = null): object {
  return { errors: [{ message, extensions: { code, ...(retryAfterMs !== null && { retryAfterMs }) } }] };
}

/** What Fastify refuses, and what fails outside GraphQL, in the form of a GraphQL answer. */
export function frameworkErrorResponse(error: FastifyError | BodyError): object {
  if (error instanceof BodyError) return errorResponse(error.message, error.clientCode);
  const status = error.statusCode ?? 500;
  return errorResponse(frameworkErrorMessage(error, status), frameworkErrorCode(status));
}

function frameworkErrorMessage(error: FastifyError, status: number): string {
  if (status >= 500) return 'Internal error.';
  if (status === 413) return 'The body of the request is larger than limits.bodyKb allows.';
  if (status === 415) return 'The body of a request is application/json.';
  return error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
    ? 'The body of the request is not JSON.'
    : 'The request cannot be read.';
}

function frameworkErrorCode(status: number): ErrorCode {
  if (status >= 500) return 'INTERNAL_SERVER_ERROR';
  return status === 413 ? 'LIMIT_EXCEEDED' : 'BAD_USER_INPUT';
}

/** Answers what Node cannot read as HTTP, or does not wait for any longer, in the form of all other refusals, and closes the connection. */
export function answerClientError(error: { readonly code?: string }, socket: Socket): void {
  // The client is gone; or an answer may be half sent, which another would only garble. A request that is late has none yet.
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (error.code === 'ECONNRESET' || !socket.writable || (socket.bytesWritten > 0 && !isLate)) return void socket.destroy();
  const { status, code, message } = clientErrorResponses[error.code ?? ''] ?? unreadableRequest;
  const body = JSON.stringify(errorResponse(message, code));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

interface ClientErrorResponse {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
}

const unreadableRequest: ClientErrorResponse = { status: 400, code: 'BAD_USER_INPUT', message: 'The request cannot be read.' };
const clientErrorResponses: Readonly<Record<string, ClientErrorResponse>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'LIMIT_EXCEEDED', message: 'The request took too long to arrive.' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'LIMIT_EXCEEDED', message: 'The headers of the request are too long.' },
};

/** Why a connection does not become a WebSocket. */
export interface UpgradeRefusal {
  readonly status: 400 | 403 | 404 | 503;
  readonly code: ErrorCode;
  readonly message: string;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;
}

/** Answers an upgrade as the API answers a request, and closes the connection. */
export function refuseUpgrade(socket: Duplex, { status, code, message, retryAfter }: UpgradeRefusal): void {
  const extensions = { code, ...(retryAfter !== undefined && { retryAfterMs: retryAfter * 1_000 }) };
  const body = JSON.stringify({ errors: [{ message, extensions }] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(retryAfter === undefined ? [] : [`retry-after: ${retryAfter}`]),
  ];
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
