import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { GraphQLError } from 'graphql';
import { handleProtocols, makeServer, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';

import { TributaryError } from '../../model/errors.js';
import { readCredentials } from '../authentication/credentials.js';
import { OverloadedError } from '../guards/concurrency-limit.js';
import { guessCaller } from '../guards/scheduling-queue.js';
import { allConnections } from '../guards/connection-limits.js';
import { readClientName } from '../guards/trusted-documents.js';
import { type Refusal, refuseUpgrade } from '../http-error-responses.js';
import { Delivery } from './delivery.js';
import type { ResultFormatter } from './result-formatter.js';
import { StaggeredTimer } from './staggered-timer.js';
import { Subscriber } from './subscriber.js';
import { openSerializedSubscription, prepareSubscription } from './subscription-execution.js';
import { stoppingMessage, type SubscriptionOptions } from './subscription-options.js';
import {
  describeBadHandshake,
  describeOverload,
  tooManySockets,
  UpgradeChecks,
  type UpgradeRefusal,
  UpgradeRefusalLog,
} from './upgrade-checks.js';
import { authenticateConnection, ConnectionSession, WebSocketConnection } from './web-socket-connection.js';

/** Bounds of a message from a client: bytes, frames and chunks that wait. Small frames cost far more memory than they carry. */
const messageLimits = { maxPayload: 64 * 1024, maxFragments: 128, maxBufferedChunks: 4_096 };

/** Close code of RFC 6455: the server goes away. */
const goingAway = 1001;

/** The WebSockets of all clients. */
export class WebSocketEndpoint {
  readonly #options: SubscriptionOptions;
  readonly #server: WebSocketServer;
  readonly #protocol: Server<ConnectionSession>;
  readonly #checks: UpgradeChecks;
  readonly #refusals: UpgradeRefusalLog;
  /** The open ones. */
  readonly #pings: StaggeredTimer<WebSocketConnection>;
  #isClosing = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#protocol = createWebSocketProtocol(options);
    this.#server = new WebSocketServer({ ...messageLimits, noServer: true, perMessageDeflate: false, handleProtocols });
    // Without this listener, `ws` answers a bad handshake in plain text.
    this.#server.on('wsClientError', (_error, socket, request) => this.refuse(socket, describeBadHandshake(request)));
    const { admission, transport } = options;
    const trustsProxy = (address: string | undefined): boolean => admission.authenticator.isTrustedProxy(address);
    this.#checks = new UpgradeChecks({ origins: admission.origins, trustsProxy });
    this.#refusals = new UpgradeRefusalLog((fields, message) => transport.log.warn(fields, message), transport.monotonic);
    this.#pings = new StaggeredTimer(transport.timing.pingMs, (client) => client.ping());
  }

  /** Turns a connection into a WebSocket, or refuses it. Authentication follows with the message `connection_init`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#isClosing) return refuseUpgrade(socket, stopping);
    const { concurrency, connections, hosts, unauthenticated, authenticator } = this.#options.admission;
    const foreignHost = hosts?.findRefusal(request) ?? null;
    if (foreignHost !== null) return refuseUpgrade(socket, foreignHost);
    if (!concurrency.hasCapacity(guessCaller(request)))
      return this.refuse(socket, describeOverload(new OverloadedError(concurrency.retryAfterMs)));
    const refusal = this.#checks.findRefusal(request);
    if (refusal !== null) return this.refuse(socket, refusal);
    if (!connections.hasCapacity(allConnections)) return this.refuse(socket, tooManySockets);
    unauthenticated.enter(request.socket, authenticator.resolveAddress(readCredentials(request)));
    this.#server.handleUpgrade(request, socket, head, (client) => this.#serve(client, socket, request));
  }

  /** Refuses a connection that does not become a WebSocket, and logs why. */
  refuse(socket: Duplex, refusal: UpgradeRefusal): void {
    refuseUpgrade(socket, refusal.refusal, refusal.headers);
    this.#refusals.record(refusal);
  }

  /** Closes every connection, and waits until all clients are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#pings.stop();
    for (const client of this.#pings.members()) client.close(goingAway, stoppingMessage);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    const { admission, transport } = this.#options;
    const client = new WebSocketConnection(
      { socket, stream },
      (connection) => new ConnectionSession(request, admission, connection),
      this.#protocol,
      transport,
    );
    this.#pings.add(client);
    socket.once('close', () => this.#pings.delete(client));
  }
}

const stopping: Refusal = { code: 'OVERLOADED', message: stoppingMessage, retryAfterMs: 1_000 };

/** The protocol `graphql-transport-ws` over any socket, for subscriptions alone. */
function createWebSocketProtocol({ execution, admission, transport }: SubscriptionOptions): Server<ConnectionSession> {
  const selectFormatter = ({ caller }: ConnectionSession): ResultFormatter => execution.selectFormatter(caller);
  return makeServer<Record<string, unknown>, ConnectionSession>({
    connectionInitWaitTimeout: transport.timing.initMs,
    onConnect: async ({ connectionParams, extra: session }) => {
      const caller = await authenticateConnection(connectionParams, session, admission.authenticator);
      return caller !== null && session.admit(caller);
    },
    onSubscribe: ({ subscriptions, connectionParams = {}, extra: { caller } }, _id, payload) => {
      // The protocol lets nobody subscribe before `onConnect` has admitted a caller.
      if (caller === null) throw new Error('A subscription came before its caller was admitted.');
      try {
        // The new subscription is among them already.
        const subscriptionsOnSocket = Object.keys(subscriptions).length;
        admission.operations.checkCaller({ limitKey: caller.limitKey, subscriptionsOnSocket });
        const { query, document, onExecuted } = admission.operations.checkDocument({ ...payload }, readClientName(connectionParams));
        const subscriber = new Subscriber(caller, execution.createContext);
        const prepared = prepareSubscription({ ...payload, query, document, onExecuted }, subscriber, execution);
        return prepared.kind === 'ready' ? prepared.args : prepared.errors;
      } catch (error) {
        if (!(error instanceof TributaryError)) throw error;
        return [new GraphQLError(error.message, { originalError: error })];
      }
    },
    // The subscription is opened in `onOperation`, which knows the connection and the id.
    subscribe: () => ({}),
    onOperation: async ({ extra: { connection } }, id, _payload, args) => {
      const opened = await openSerializedSubscription(args, execution);
      return opened instanceof Delivery ? connection.deliver(id, opened) : opened;
    },
    onNext: ({ extra }, _id, _request, _args, result) => selectFormatter(extra).result(result),
    onError: ({ extra }, _id, _request, errors) => selectFormatter(extra).errors(errors),
  });
}
