import type { onRequestAsyncHookHandler } from 'fastify';

import type { Turns } from './turns.js';

/** Lets an operation go on when it is its turn; one whose client is gone by then goes no further. */
export function awaitTurn(turns: Turns): onRequestAsyncHookHandler {
  return async (request, reply) => {
    await turns.take();
    if (reply.raw.destroyed || request.raw.socket.destroyed) return reply.hijack();
  };
}
