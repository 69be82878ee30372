import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';

/** Something that is done to a response before it is sent. It changes headers and status, and never the payload. */
export type ResponseStep = (request: FastifyRequest, reply: FastifyReply) => void;

/** Steps as a hook: one for all, because Fastify waits for a promise, or a callback, of each hook of each request. */
export function createSendHook(steps: readonly ResponseStep[]): onSendHookHandler {
  return (request, reply, payload, done) => {
    for (const step of steps) step(request, reply);
    done(null, payload);
  };
}

/**
 * Headers of every response, those that helmet sets by default: what browsers may do with a response that a person opened, or that a page
 * embeds. Not helmet itself: it computes the same values for each request. The proxy that terminates TLS decides about
 * Strict-Transport-Security.
 */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

/** Sets the headers first, so that routes can replace them. */
export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
}

/** A client that keeps its connection would keep the process: a response after the server has stopped listening is the last. */
export function closeWhenStopping(app: FastifyInstance): ResponseStep {
  return (_request, reply) => {
    if (!app.server.listening) reply.header('connection', 'close');
  };
}

/**
 * Answers browsers that ask, in the preflight of a page of a configured origin, whether a public page may reach an address of this
 * machine or network (https://wicg.github.io/private-network-access/). Later versions of Chrome ask their user instead.
 */
export const allowPrivateNetwork: ResponseStep = (request, reply) => {
  if (request.headers['access-control-request-private-network'] !== 'true') return;
  if (reply.hasHeader('access-control-allow-origin')) reply.header('access-control-allow-private-network', 'true');
};
