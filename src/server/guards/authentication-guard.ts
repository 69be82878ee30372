import type { FastifyInstance, FastifyRequest } from 'fastify';

import { TributaryError } from '../../model/errors.js';
import type { Authenticator } from '../authentication/authenticator.js';
import { readCredentials } from '../authentication/credentials.js';
import type { Session } from '../authentication/session.js';
import { sendRefusal } from '../http-error-responses.js';
import type { RouteGuard } from './guard.js';

const sessionDecorator = Symbol('session');

/** Declares the session on every request, as Fastify demands. Call it once, before the routes are added. */
export function decorateWithSession(app: FastifyInstance): void {
  app.decorateRequest(sessionDecorator, null);
}

interface AuthenticationGuardOptions {
  /** Whether the route also serves a page to browsers, which needs no credentials. */
  readonly hasPage: boolean;
}

/**
 * Decides, once for each request, who has to authenticate: every caller, except a browser that opens a page. It runs before the body is
 * read, so that nobody without a credential can make the gateway read one.
 */
export function createAuthenticationGuard(authenticator: Authenticator, { hasPage }: AuthenticationGuardOptions): RouteGuard {
  return {
    name: 'authentication',
    stage: 'onRequest',
    refuses: ['401 UNAUTHENTICATED', '429 RATE_LIMITED', '503 OVERLOADED'],
    async check(request, reply) {
      if (hasPage && isPageRequest(request)) return 'passed';
      try {
        request.setDecorator(sessionDecorator, await authenticator.authenticate(readCredentials(request.raw)));
        return 'passed';
      } catch (error) {
        if (!(error instanceof TributaryError)) throw error;
        // RFC 9110, section 11.6.1: a 401 names the scheme that is expected.
        if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer realm="tributary"');
        void sendRefusal(reply.header('cache-control', 'no-store'), error);
        return 'ended';
      }
    },
  };
}

/** The session of a request that passed the guard; null for a request for the page. */
export function findSession(request: FastifyRequest): Session | null {
  return request.getDecorator<Session | null>(sessionDecorator);
}

/** The same for handlers that are only reached by callers. */
export function getSession(request: FastifyRequest): Session {
  const session = findSession(request);
  if (session === null) throw new Error('This route has no authentication guard.');
  return session;
}

/** Whether a browser opens the address to look at it, rather than a client to query it. */
export function isPageRequest({ method, query, headers }: Pick<FastifyRequest, 'method' | 'query' | 'headers'>): boolean {
  const hasQuery = typeof query === 'object' && query !== null && 'query' in query;
  return method === 'GET' && !hasQuery && acceptsHtml(headers.accept ?? '');
}

function acceptsHtml(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'text/html' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
