import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import type { ErrorCode } from '../../task/error/tributary-error.js';

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
