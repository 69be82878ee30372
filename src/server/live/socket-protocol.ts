import { GraphQLError } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';

import type { TributaryError } from '../../task/error/tributary-error.js';
import { LimitExceededError } from '../limits/limit-exceeded-error.js';
import { RateLimitedError } from '../limits/rate-limited-error.js';
import type { LiveOptions } from './live-options.js';
import { openEvents } from './open-events.js';
import { prepareSubscription } from './prepare-subscription.js';
import { ResultFormatter } from './result-formatter.js';
import { TooManySubscriptionsError } from './too-many-subscriptions-error.js';

/** What is known of a socket besides the protocol. */
export interface SocketExtra {
  /** Whose limits its operations count against. */
  readonly callerKey: string;
}

/** The protocol `graphql-transport-ws` over any socket, for subscriptions alone. */
export function createSocketProtocol(options: LiveOptions): Server<SocketExtra> {
  const { limits, guards, timing } = options;
  const formatter = new ResultFormatter(options.formatError);
  return makeServer<Record<string, unknown>, SocketExtra>({
    connectionInitWaitTimeout: timing.initMs,
    onSubscribe: ({ subscriptions, extra }, _id, request) => {
      const waitMs = guards.operations.take(extra.callerKey, 1);
      if (waitMs !== 0) return refused(new RateLimitedError(waitMs));
      // The one that is asked for is among them already.
      const most = limits.subscriptionsPerSocket;
      if (most !== 0 && Object.keys(subscriptions).length > most) return refused(new TooManySubscriptionsError(most));
      const excess = guards.shape.excess(request.query, request.operationName);
      if (excess !== null) return refused(new LimitExceededError(excess));
      const prepared = prepareSubscription(request, options);
      return prepared.phase === 'ready' ? prepared.args : prepared.errors;
    },
    subscribe: (args) => openEvents(args, options),
    onNext: (_context, _id, _request, _args, result) => formatter.result(result),
    onError: (_context, _id, _request, errors) => formatter.errors(errors),
  });
}

function refused(originalError: TributaryError): readonly GraphQLError[] {
  return [new GraphQLError(originalError.message, { originalError })];
}
