import { GraphQLError } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';

import type { LiveOptions } from './live-options.js';
import { openEvents } from './open-events.js';
import { prepareSubscription } from './prepare-subscription.js';
import { ResultFormatter } from './result-formatter.js';
import { TooManySubscriptionsError } from './too-many-subscriptions-error.js';

/** The protocol `graphql-transport-ws` over any socket, for subscriptions alone. */
export function createSocketProtocol(options: LiveOptions): Server<undefined> {
  const { maxSubscriptions, timing } = options;
  const formatter = new ResultFormatter(options.formatError);
  return makeServer<Record<string, unknown>, undefined>({
    connectionInitWaitTimeout: timing.initMs,
    onSubscribe: ({ subscriptions }, _id, request) => {
      // The one that is asked for is among them already.
      if (maxSubscriptions !== 0 && Object.keys(subscriptions).length > maxSubscriptions) {
        const originalError = new TooManySubscriptionsError(maxSubscriptions);
        return [new GraphQLError(originalError.message, { originalError })];
      }
      const prepared = prepareSubscription(request, options);
      return prepared.phase === 'ready' ? prepared.args : prepared.errors;
    },
    subscribe: (args) => openEvents(args, options),
    onNext: (_context, _id, _request, _args, result) => formatter.result(result),
    onError: (_context, _id, _request, errors) => formatter.errors(errors),
  });
}
