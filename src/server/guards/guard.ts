import type { RequestListener } from 'node:http';

import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler, preHandlerAsyncHookHandler } from 'fastify';

import type { ErrorCode } from '../../model/errors.js';

/**
 * A check that may refuse a request. `guard-lists.ts` has them in the order in which they run: that order is the security model of the
 * server. A guard that refuses sends the response itself, and nothing after it runs.
 */
export interface Guard {
  readonly name: string;
  /** Status and code of its responses; empty when it only delays or counts. */
  readonly refuses: readonly (`${number} ${ErrorCode}` | 'closes the connection')[];
}

/** Runs before Fastify sees the request, for what has to be refused at next to no cost. */
export interface ListenerGuard extends Guard {
  wrap(listener: RequestListener): RequestListener;
}

/** Runs for every route. */
export interface AppGuard extends Guard {
  register(app: FastifyInstance): void;
}

/** Runs for the routes that name it: in `onRequest` the body is not read yet, in `preHandler` it is parsed. */
export interface RouteGuard extends Guard {
  readonly stage: 'onRequest' | 'preHandler';
  check(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
}

/** The first guard is the outermost. */
export function guardListener(listener: RequestListener, guards: readonly ListenerGuard[]): RequestListener {
  return guards.reduceRight((inner, guard) => guard.wrap(inner), listener);
}

/** The guards of a route as its hooks. */
export function createRouteHooks(guards: readonly RouteGuard[]): {
  readonly onRequest: onRequestAsyncHookHandler[];
  readonly preHandler: preHandlerAsyncHookHandler[];
} {
  const select = (stage: RouteGuard['stage']) =>
    guards
      .filter((guard) => guard.stage === stage)
      .map((guard) => (request: FastifyRequest, reply: FastifyReply) => guard.check(request, reply));
  return { onRequest: select('onRequest'), preHandler: select('preHandler') };
}
