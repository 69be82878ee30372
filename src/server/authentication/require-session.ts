import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';

import { TributaryError } from '../../task/error/tributary-error.js';
import { admissionRefusalOf } from './admission-refusal.js';
import type { Entrance } from './entrance.js';
import { presentedIn } from './presented.js';
import type { Session } from './session.js';

const sessionName = Symbol('session');

/** To be called once, before the routes: makes room for the session of a request. */
export function prepareSessions(app: FastifyInstance): void {
  app.decorateRequest(sessionName, null);
}

/** A hook for routes that nobody gets to without a session. It runs before the body is read, so that strangers cannot send one. */
export function requireSession(entrance: Entrance): onRequestAsyncHookHandler {
  return async (request, reply) => {
    try {
      request.setDecorator(sessionName, await entrance.admit(presentedIn(request.raw)));
    } catch (error) {
      if (!(error instanceof TributaryError)) throw error;
      const { status, headers, body } = admissionRefusalOf(error);
      return reply.code(status).headers(headers).send(body);
    }
  };
}

/** The session of a request that passed the hook. */
export function sessionOf(request: FastifyRequest): Session {
  return request.getDecorator<Session>(sessionName);
}
