import { GraphQLError } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';

import { LimitExceededError, RateLimitedError, TributaryError } from '../../model/errors.js';
import { createAnonymousSession } from '../authentication/session.js';
import { callerKey } from '../guards/operation-rate.js';
import { OverloadedError } from '../guards/overload.js';
import { readClientName, readRequestedDocument, UntrustedDocumentError } from '../guards/trusted-documents.js';
import type { ResultFormatter } from './result-formatter.js';
import { Subscriber } from './subscriber.js';
import { openSubscription, prepareSubscription } from './subscription-execution.js';
import type { SubscriptionServerOptions } from './subscription-options.js';
import { authenticateConnection, type ConnectionSession } from './web-socket-connection.js';

/** The protocol `graphql-transport-ws` over any socket, for subscriptions alone. */
export function createWebSocketProtocol(options: SubscriptionServerOptions): Server<ConnectionSession> {
  const { limits, guards, trusted, timing, authenticator: entrance, context } = options;
  const formatterOfConnection = ({ caller: entered }: ConnectionSession): ResultFormatter =>
    options.selectFormatter(entered?.session ?? createAnonymousSession());
  return makeServer<Record<string, unknown>, ConnectionSession>({
    connectionInitWaitTimeout: timing.initMs,
    onConnect: async ({ connectionParams, extra: visitor }) => {
      const session = await authenticateConnection(connectionParams, visitor, entrance);
      return session !== null && visitor.admit({ session, callerKey: callerKey(session, entrance.clientAddress(visitor.presented)) });
    },
    onSubscribe: ({ subscriptions, connectionParams = {}, extra: { caller: entered } }, _id, asked) => {
      // It is there: the protocol lets nobody subscribe before.
      if (entered === null) throw new Error('Nobody was let in.');
      if (!guards.concurrency.hasCapacity) return refuseOperation(new OverloadedError(guards.concurrency.retryAfterMs));
      const waitMs = guards.operations.take(entered.callerKey, 1);
      if (waitMs !== 0) return refuseOperation(new RateLimitedError('operationsPerSecond', waitMs));
      // The one that is asked for is among them already.
      const most = limits.subscriptionsPerSocket;
      if (most !== 0 && Object.keys(subscriptions).length > most) return refuseOperation(new TooManySubscriptionsError(most));
      const guarded = trusted.decide(readRequestedDocument({ ...asked }), readClientName(connectionParams));
      if (guarded.phase === 'refused') return refuseOperation(new UntrustedDocumentError(guarded.message));
      const request = guarded.phase === 'found' ? { ...asked, query: guarded.query } : asked;
      const excess = guards.documents.findExcess(request.query, request.operationName);
      if (excess !== null) return refuseOperation(new LimitExceededError(excess));
      const prepared = prepareSubscription(request, new Subscriber(entered.session, context), options);
      return prepared.phase === 'ready' ? prepared.args : prepared.errors;
    },
    subscribe: (args) => openSubscription(args, options),
    onNext: ({ extra }, _id, _request, _args, result) => formatterOfConnection(extra).result(result),
    onError: ({ extra }, _id, _request, errors) => formatterOfConnection(extra).errors(errors),
  });
}

function refuseOperation(originalError: TributaryError): readonly GraphQLError[] {
  return [new GraphQLError(originalError.message, { originalError })];
}

/** Thrown for the subscription that is one too many on its WebSocket: complete another one first. */
export class TooManySubscriptionsError extends TributaryError {
  override readonly name = 'TooManySubscriptionsError';
  readonly code = 'RATE_LIMITED';
  /** Nobody knows when the client completes another one. */
  override readonly retryAfterMs = 5_000;

  constructor(limit: number) {
    super(`limits.subscriptionsPerSocket allows ${limit} subscriptions on one WebSocket.`);
  }
}
