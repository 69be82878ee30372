import type { IncomingMessage, RequestListener } from 'node:http';

import { refusal } from '../refusal.js';
import type { LoadGauge } from './load-gauge.js';
import { OverloadedError } from './overloaded-error.js';

export interface OverloadOptions {
  /** Paths that are always answered. */
  readonly spared: readonly string[];
  /** Origins whose pages may see the answer. */
  readonly cors: readonly string[];
}

/**
 * Refuses what the process cannot bear before anything of it is looked at, and before any of the machinery of `handle`: a refusal must
 * cost next to nothing, or refusing would be all that is done. The question of a browser whether it may ask at all is answered.
 */
export function refuseOverload(handle: RequestListener, gauge: LoadGauge, { spared, cors }: OverloadOptions): RequestListener {
  const isSpared = ({ method, url = '' }: IncomingMessage): boolean => method === 'OPTIONS' || spared.includes(url.split('?', 1)[0] ?? '');
  const { message, code, retryAfterMs } = new OverloadedError(gauge.retryAfterMs);
  // As a string: Node sends it in one piece with the headers.
  const body = JSON.stringify(refusal(message, code, retryAfterMs));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'retry-after': String(Math.ceil(retryAfterMs / 1_000)),
    'x-content-type-options': 'nosniff',
    ...(cors.length > 0 && { vary: 'Origin' }),
  };
  return (request, response) => {
    if (gauge.hasRoom || isSpared(request)) return handle(request, response);
    const { origin } = request.headers;
    const isAllowed = origin !== undefined && cors.includes(origin);
    response.writeHead(503, isAllowed ? { ...headers, 'access-control-allow-origin': origin } : headers);
    response.end(body);
  };
}
