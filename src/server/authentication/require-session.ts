import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';

import { type ErrorCode, TributaryError } from '../../model/errors.js';
import { errorResponse } from '../http-error-responses.js';
import type { Authenticator } from './authenticator.js';
import { readCredentials } from './credentials.js';
import type { Session } from './session.js';

const sessionName = Symbol('session');

/** To be called once, before the routes: makes room for the session of a request. */
export function decorateWithSession(app: FastifyInstance): void {
  app.decorateRequest(sessionName, null);
}

/** A hook for routes that nobody gets to without a session. It runs before the body is read, so that strangers cannot send one. */
export function requireSession(authenticator: Authenticator): onRequestAsyncHookHandler {
  return async (request, reply) => {
    try {
      request.setDecorator(sessionName, await authenticator.authenticate(readCredentials(request.raw)));
    } catch (error) {
      if (!(error instanceof TributaryError)) throw error;
      const { status, headers, body } = createAuthenticationErrorResponse(error);
      return reply.code(status).headers(headers).send(body);
    }
  };
}

/** The session of a request that passed the hook. */
export function getSession(request: FastifyRequest): Session {
  return request.getDecorator<Session>(sessionName);
}

/** What is answered to who is not let in: the same words whatever was wrong. */
export interface AuthenticationErrorResponse {
  readonly status: 401 | 429 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

const authenticationStatuses: Readonly<Partial<Record<ErrorCode, 401 | 429 | 503>>> = {
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
};

export function createAuthenticationErrorResponse({ code, message, retryAfterMs }: TributaryError): AuthenticationErrorResponse {
  const status = authenticationStatuses[code] ?? 401;
  return {
    status,
    headers: {
      // RFC 9110, 11.6.1: a 401 says how to do better.
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="tributary"' }),
      ...(retryAfterMs !== null && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
      'cache-control': 'no-store',
    },
    body: errorResponse(message, code, retryAfterMs),
  };
}
