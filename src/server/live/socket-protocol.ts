import { GraphQLError } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';

import type { TributaryError } from '../../task/error/tributary-error.js';
import { LimitExceededError } from '../../task/error/limit-exceeded-error.js';
import { RateLimitedError } from '../../task/error/rate-limited-error.js';
import { clientNameOf } from '../documents/client-name.js';
import { UntrustedDocumentError } from '../documents/untrusted-document-error.js';
import { wantedDocument } from '../documents/wanted-document.js';
import { openSession } from '../authentication/session.js';
import { callerKey } from '../limits/caller-key.js';
import { OverloadedError } from '../limits/overloaded-error.js';
import { sessionOfInit } from './session-of-init.js';
import type { LiveOptions } from './live-options.js';
import { openEvents } from './open-events.js';
import { prepareSubscription } from './prepare-subscription.js';
import type { ResultFormatter } from './result-formatter.js';
import { TooManySubscriptionsError } from './too-many-subscriptions-error.js';
import { Viewer } from './viewer.js';
import type { Visitor } from './visitor.js';

/** The protocol `graphql-transport-ws` over any socket, for subscriptions alone. */
export function createSocketProtocol(options: LiveOptions): Server<Visitor> {
  const { limits, guards, trusted, timing, entrance, context } = options;
  const formatterFor = ({ entered }: Visitor): ResultFormatter => options.formatterOf(entered?.session ?? openSession());
  return makeServer<Record<string, unknown>, Visitor>({
    connectionInitWaitTimeout: timing.initMs,
    onConnect: async ({ connectionParams, extra: visitor }) => {
      const session = await sessionOfInit(connectionParams, visitor, entrance);
      return session !== null && visitor.enter({ session, callerKey: callerKey(session, entrance.addressOf(visitor.presented)) });
    },
    onSubscribe: ({ subscriptions, connectionParams = {}, extra: { entered } }, _id, asked) => {
      // It is there: the protocol lets nobody subscribe before.
      if (entered === null) throw new Error('Nobody was let in.');
      if (!guards.load.hasRoom) return refused(new OverloadedError(guards.load.retryAfterMs));
      const waitMs = guards.operations.take(entered.callerKey, 1);
      if (waitMs !== 0) return refused(new RateLimitedError('operationsPerSecond', waitMs));
      // The one that is asked for is among them already.
      const most = limits.subscriptionsPerSocket;
      if (most !== 0 && Object.keys(subscriptions).length > most) return refused(new TooManySubscriptionsError(most));
      const guarded = trusted.guard(wantedDocument({ ...asked }), clientNameOf(connectionParams));
      if (guarded.phase === 'refused') return refused(new UntrustedDocumentError(guarded.message));
      const request = guarded.phase === 'found' ? { ...asked, query: guarded.query } : asked;
      const excess = guards.shape.excess(request.query, request.operationName);
      if (excess !== null) return refused(new LimitExceededError(excess));
      const prepared = prepareSubscription(request, new Viewer(entered.session, context), options);
      return prepared.phase === 'ready' ? prepared.args : prepared.errors;
    },
    subscribe: (args) => openEvents(args, options),
    onNext: ({ extra }, _id, _request, _args, result) => formatterFor(extra).result(result),
    onError: ({ extra }, _id, _request, errors) => formatterFor(extra).errors(errors),
  });
}

function refused(originalError: TributaryError): readonly GraphQLError[] {
  return [new GraphQLError(originalError.message, { originalError })];
}
