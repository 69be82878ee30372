import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import type { ErrorCode } from '../../task/error/tributary-error.js';
import { refusal } from '../refusal.js';

/** Answers what Node cannot read as HTTP, or does not wait for any longer, in the form of all other refusals, and closes the connection. */
export function answerClientError(error: { readonly code?: string }, socket: Socket): void {
  // The client is gone; or an answer may be half sent, which another would only garble. A request that is late has none yet.
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (error.code === 'ECONNRESET' || !socket.writable || (socket.bytesWritten > 0 && !isLate)) return void socket.destroy();
  const { status, code, message } = answers[error.code ?? ''] ?? unreadable;
  const body = JSON.stringify(refusal(message, code));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

interface Answer {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
}

const unreadable: Answer = { status: 400, code: 'BAD_USER_INPUT', message: 'The request cannot be read.' };
const answers: Readonly<Record<string, Answer>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'LIMIT_EXCEEDED', message: 'The request took too long to arrive.' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'LIMIT_EXCEEDED', message: 'The headers of the request are too long.' },
};
