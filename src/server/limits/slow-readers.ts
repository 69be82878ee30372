import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FastifyInstance } from 'fastify';

import type { Exchanges } from './exchanges.js';
import type { SocketTiming } from './socket-timing.js';

/** Cuts clients that do not take their answers: what waits for them is memory. Event streams watch their clients themselves. */
export function cutSlowReaders(
  app: FastifyInstance,
  exchanges: Exchanges,
  { answerMs, checkMs }: Pick<SocketTiming, 'answerMs' | 'checkMs'>,
): void {
  const sent = new Map<ServerResponse, { readonly at: number; readonly request: IncomingMessage }>();
  app.addHook('onSend', async (request, { raw }) => {
    // Its client went away before there was an answer, and has been forgotten.
    if (raw.destroyed) return;
    sent.set(raw, { at: performance.now(), request: request.raw });
    exchanges.whenOver(request.raw, raw, () => void sent.delete(raw));
  });
  const check = setInterval(() => {
    const latest = performance.now() - answerMs;
    for (const [response, { at, request }] of sent) {
      if (at >= latest) continue;
      app.log.warn('an answer that its client does not take was cut');
      sent.delete(response);
      request.socket.destroy();
    }
  }, checkMs).unref();
  app.addHook('onClose', async () => clearInterval(check));
}
