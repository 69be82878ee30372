import type { ServerResponse } from 'node:http';

import type { FastifyInstance } from 'fastify';

import type { SocketTiming } from './socket-timing.js';

/** Cuts clients that do not take their answers: what waits for them is memory. Event streams watch their clients themselves. */
export function cutSlowReaders(app: FastifyInstance, { answerMs, checkMs }: Pick<SocketTiming, 'answerMs' | 'checkMs'>): void {
  const sentAt = new Map<ServerResponse, number>();
  app.addHook('onSend', async (_request, { raw }) => {
    // Its client went away before there was an answer, and has been forgotten.
    if (raw.destroyed) return;
    sentAt.set(raw, performance.now());
    raw.once('close', () => sentAt.delete(raw));
  });
  const check = setInterval(() => {
    const latest = performance.now() - answerMs;
    for (const [response, at] of sentAt) {
      if (at >= latest) continue;
      app.log.warn('an answer that its client does not take was cut');
      response.destroy();
    }
  }, checkMs).unref();
  app.addHook('onClose', async () => clearInterval(check));
}
