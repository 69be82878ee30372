import { GraphQLError } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';

import { TributaryError } from '../../model/errors.js';
import { createAnonymousSession } from '../authentication/session.js';
import { readClientName } from '../guards/trusted-documents.js';
import type { ResultFormatter } from './result-formatter.js';
import { Subscriber } from './subscriber.js';
import { openSubscription, prepareSubscription } from './subscription-execution.js';
import type { SubscriptionOptions } from './subscription-options.js';
import { authenticateConnection, type ConnectionSession } from './web-socket-connection.js';

/** The protocol `graphql-transport-ws` over any socket, for subscriptions alone. */
export function createWebSocketProtocol({ execution, admission, transport }: SubscriptionOptions): Server<ConnectionSession> {
  const selectFormatter = ({ caller }: ConnectionSession): ResultFormatter =>
    execution.selectFormatter(caller?.session ?? createAnonymousSession());
  return makeServer<Record<string, unknown>, ConnectionSession>({
    connectionInitWaitTimeout: transport.timing.initMs,
    onConnect: async ({ connectionParams, extra: connection }) => {
      const caller = await authenticateConnection(connectionParams, connection, admission.authenticator);
      return caller !== null && connection.admit(caller);
    },
    onSubscribe: ({ subscriptions, connectionParams = {}, extra: { caller } }, _id, payload) => {
      // The protocol lets nobody subscribe before `onConnect` has admitted a caller.
      if (caller === null) throw new Error('A subscription came before its caller was admitted.');
      try {
        // The new subscription is among them already.
        const subscriptionsOnSocket = Object.keys(subscriptions).length;
        admission.operations.checkCaller({ callerKey: caller.callerKey, subscriptionsOnSocket });
        const { query, document } = admission.operations.checkDocument({ ...payload }, readClientName(connectionParams));
        const subscriber = new Subscriber(caller.session, execution.createContext);
        const prepared = prepareSubscription({ ...payload, query, document }, subscriber, execution);
        return prepared.kind === 'ready' ? prepared.args : prepared.errors;
      } catch (error) {
        if (!(error instanceof TributaryError)) throw error;
        return [new GraphQLError(error.message, { originalError: error })];
      }
    },
    subscribe: (args) => openSubscription(args, execution),
    onNext: ({ extra }, _id, _request, _args, result) => selectFormatter(extra).result(result),
    onError: ({ extra }, _id, _request, errors) => selectFormatter(extra).errors(errors),
  });
}
