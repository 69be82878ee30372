import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { CloseCode, type Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';

import { TributaryError } from '../../model/errors.js';
import { isJsonObject, parseJson } from '../../model/scalars.js';
import type { Authenticator } from '../authentication/authenticator.js';
import { addPayload, type PresentedCredentials, readCredentials } from '../authentication/credentials.js';
import type { Session } from '../authentication/session.js';
import type { SharedGuards } from '../guards/guard-lists.js';
import { findJsonExcess } from '../guards/json-body.js';
import type { Delivery } from './delivery.js';
import { type EventAnswer, startNextMessage } from './event-answer.js';
import { SendQueue } from './send-queue.js';
import { acquireConnection, type SubscriptionTransport, tooManyConnections } from './subscription-options.js';

/** "Try Again Later" in the registry of close codes of RFC 6455. */
const tryAgainLater = 1013;

/** The WebSocket of one client. */
export class WebSocketConnection {
  readonly #socket: WebSocket;
  readonly #session: ConnectionSession;
  readonly #transport: SubscriptionTransport;
  readonly #sendQueue: SendQueue<string | AnswerFrame>;
  /** Does nothing until the protocol knows the socket; it may refuse it at once. */
  #endSubscriptions: (code?: number, reason?: string) => Promise<void> = () => Promise.resolve();
  /** Whether it answered the last ping, if there was one. */
  #isAlive = true;

  /**
   * @param stream what `socket` writes its frames to.
   * @param createSession the session of the caller, given the connection.
   */
  constructor(
    { socket, stream }: { readonly socket: WebSocket; readonly stream: Duplex },
    createSession: (connection: SessionConnection) => ConnectionSession,
    protocol: Server<ConnectionSession>,
    transport: SubscriptionTransport,
  ) {
    this.#socket = socket;
    this.#session = createSession(this);
    this.#transport = transport;
    this.#sendQueue = new SendQueue(
      {
        write: (message, done) => (typeof message === 'string' ? socket.send(message, done) : writeFrame(stream, message, done)),
        buffered: () => socket.bufferedAmount,
        disconnect: () => this.#disconnect(),
      },
      transport.timing,
    );
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    // `ws` itself answers a protocol error (a frame that is too large, text that is no UTF-8) by closing with its code.
    socket.on('error', () => undefined);
    this.#endSubscriptions = protocol.opened(
      {
        protocol: socket.protocol,
        send: (message) => (this.#isOpen ? (this.#sendQueue.send(message) ?? undefined) : undefined),
        close: (code, reason) => this.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            // A connection that is being closed is not served any more, whatever the client has sent.
            if (this.#isOpen) this.#receive(data, handle);
          }),
      },
      this.#session,
    );
    socket.once('close', (code, reason) => {
      this.#sendQueue.stop();
      this.#session.release();
      this.#end(code, String(reason));
    });
  }

  /** What the protocol iterates for a subscription: it sends each answer itself, so that the protocol sees nothing but the end. */
  deliver(id: string, answers: Delivery<EventAnswer>): AsyncIterableIterator<never> {
    const messageStart = startNextMessage(id);
    const end = { done: true, value: undefined } as const;
    const delivery: AsyncIterableIterator<never> = {
      next: async () => {
        await answers.run((answer) => (this.#isOpen ? this.#sendQueue.send(answer.frame(messageStart)) : 'closed'));
        return end;
      },
      return: async () => {
        answers.stop();
        return end;
      },
      [Symbol.asyncIterator]: () => delivery,
    };
    return delivery;
  }

  /** Ends its subscriptions at once and starts the closing handshake; a client that does not answer is disconnected. */
  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
    this.#end(code, reason);
    const timer = setTimeout(() => this.#socket.terminate(), this.#transport.timing.closeMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Disconnects a client that did not answer the last ping; closes the connection of a caller whose credential has ended. */
  ping(): void {
    if (this.#isOpen && this.#session.caller?.hasEnded === true) return this.close(CloseCode.Forbidden, 'Forbidden');
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    if (this.#isOpen) this.#socket.ping();
  }

  #receive(data: RawData, handle: (message: string) => Promise<void>): void {
    // With its default `binaryType`, `ws` always delivers a Buffer.
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    // As in a request: what checked the message on its way may have read the other one of two equal keys.
    if (findJsonExcess(text) !== null) return this.close(CloseCode.BadRequest, 'A message has a key twice, or too many members.');
    handle(/"(?:persistedQuery|documentId)"/.test(text) ? addEmptyQuery(text) : text).catch((error: unknown) => this.#fail(error));
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #end(code?: number, reason?: string): void {
    this.#endSubscriptions(code, reason).catch((error: unknown) => this.#transport.log.error(error));
  }

  #disconnect(): void {
    this.#transport.log.warn('a WebSocket whose client reads too slowly was closed');
    this.close(tryAgainLater, 'This client reads too slowly.');
  }

  #fail(error: unknown): void {
    this.#transport.log.error(error);
    this.close(CloseCode.InternalServerError, 'Internal error.');
  }
}

type AnswerFrame = readonly [Buffer, Buffer];

/**
 * Writes a frame past `ws`, which is safe between two of its own messages: without compression, `ws` writes each message as a whole when it
 * is sent.
 */
function writeFrame(stream: Duplex, [start, end]: AnswerFrame, done: () => void): void {
  stream.cork();
  stream.write(start);
  stream.write(end, done);
  stream.uncork();
}

/** The protocol wants a text in every subscription. Over HTTP, clients leave it out where they send an id, and some do here, too. */
function addEmptyQuery(text: string): string {
  const message = parseJson(text);
  if (!isJsonObject(message) || message['type'] !== 'subscribe') return text;
  const { payload } = message;
  return isJsonObject(payload) && payload['query'] == null ? JSON.stringify({ ...message, payload: { ...payload, query: '' } }) : text;
}

/** What bounds connections before and after their caller is known. */
type SessionLimits = Pick<SharedGuards, 'unauthenticated' | 'connections' | 'callerConnections'>;

/** What a session needs of its connection. */
type SessionConnection = Pick<WebSocketConnection, 'close' | 'deliver'>;

/** Who is at the other end of a WebSocket: nobody, until `connection_init` authenticates a caller. */
export class ConnectionSession {
  /** Of the request that opened the connection. */
  readonly credentials: PresentedCredentials;
  readonly connection: SessionConnection;
  readonly #socket: Socket;
  readonly #limits: SessionLimits;
  #caller: Session | null = null;
  #isClosed = false;
  #releaseConnection: () => void = releaseNothing;

  /** `request`: the one that opened the connection. */
  constructor(request: IncomingMessage, limits: SessionLimits, connection: SessionConnection) {
    this.credentials = readCredentials(request);
    this.#socket = request.socket;
    this.#limits = limits;
    this.connection = connection;
  }

  get caller(): Session | null {
    return this.#caller;
  }

  /** Admits the caller. False, and the WebSocket is closed: there are too many connections, of all callers or of this one. */
  admit(caller: Session): boolean {
    const { unauthenticated } = this.#limits;
    const release = this.#isClosed ? releaseNothing : acquireConnection(this.#limits, caller.limitKey);
    if (typeof release !== 'function') {
      const code = release === tooManyConnections ? tryAgainLater : CloseCode.TooManyInitialisationRequests;
      this.connection.close(code, release.message);
      return false;
    }
    unauthenticated.leave(this.#socket);
    this.#releaseConnection = release;
    this.#caller = caller;
    return true;
  }

  /** To be called when the WebSocket is closed. */
  release(): void {
    this.#isClosed = true;
    this.#releaseConnection();
  }
}

function releaseNothing(): void {
  // No connection is counted.
}

/**
 * Authenticates by the payload of `connection_init`, or else by the request that opened the connection; null: nobody is admitted.
 * Browsers cannot set headers of that request, so they send `authorization` in the payload.
 */
export async function authenticateConnection(
  payload: Readonly<Record<string, unknown>> | undefined,
  { credentials, connection }: { readonly credentials: PresentedCredentials; readonly connection: Pick<SessionConnection, 'close'> },
  authenticator: Authenticator,
): Promise<Session | null> {
  try {
    return await authenticator.authenticate(addPayload(credentials, payload ?? {}));
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    if (error.code !== 'UNAUTHENTICATED') connection.close(tryAgainLater, error.message);
    return null;
  }
}
