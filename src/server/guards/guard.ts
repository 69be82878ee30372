import type { RequestListener } from 'node:http';

import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler, preHandlerHookHandler } from 'fastify';

import type { ErrorCode } from '../../model/errors.js';

/**
 * A check that may refuse a request. `guard-lists.ts` has them in the order in which they run: that order is the security model of the
 * server. A guard that refuses sends the response itself, and nothing after it runs.
 */
export interface Guard {
  readonly name: string;
  /** Status and code of its responses, under `application/graphql-response+json`; empty when it only delays or counts. */
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
  /** A promise only where the guard has to wait. */
  check(request: FastifyRequest, reply: FastifyReply): GuardOutcome | Promise<GuardOutcome>;
}

/** Whether a request goes on, or the guard has sent the response, or dropped the request. */
export type GuardOutcome = 'passed' | 'ended';

/** The first guard is the outermost. */
export function guardListener(listener: RequestListener, guards: readonly ListenerGuard[]): RequestListener {
  return guards.reduceRight((inner, guard) => guard.wrap(inner), listener);
}

/** The guards of a route as its hooks: one for each stage, which waits for the guards that wait, and runs the others one after another. */
export function createRouteHooks(guards: readonly RouteGuard[]): {
  readonly onRequest: onRequestHookHandler;
  readonly preHandler: preHandlerHookHandler;
} {
  const select = (stage: RouteGuard['stage']) => {
    const selected = guards.filter((guard) => guard.stage === stage);
    return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
      const outcome = runGuards(selected, 0, request, reply);
      if (outcome === 'passed') done();
      else if (outcome !== 'ended') void goOnLater(outcome, done);
    };
  };
  return { onRequest: select('onRequest'), preHandler: select('preHandler') };
}

async function goOnLater(outcome: Promise<GuardOutcome>, done: (error?: Error) => void): Promise<void> {
  try {
    if ((await outcome) === 'ended') return;
  } catch (error) {
    return done(error instanceof Error ? error : new Error('A guard failed.', { cause: error }));
  }
  done();
}

function runGuards(
  guards: readonly RouteGuard[],
  first: number,
  request: FastifyRequest,
  reply: FastifyReply,
): GuardOutcome | Promise<GuardOutcome> {
  for (let index = first; index < guards.length; index += 1) {
    const outcome = guards[index]?.check(request, reply) ?? 'passed';
    if (outcome === 'ended') return outcome;
    if (outcome !== 'passed') return outcome.then((later) => (later === 'ended' ? later : runGuards(guards, index + 1, request, reply)));
  }
  return 'passed';
}
