import { CloseCode, type Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';

import { TributaryError } from '../../model/errors.js';
import type { Authenticator } from '../authentication/authenticator.js';
import { type PresentedCredentials, readSourceTokens } from '../authentication/credentials.js';
import type { Session } from '../authentication/session.js';
import type { CallerConnectionLimit } from '../guards/connection-limits.js';
import { SendQueue } from './send-queue.js';
import type { SubscriptionServerOptions } from './subscription-options.js';

/** Of the registry of RFC 6455: for a client that may try again later. */
const tryAgainLater = 1013;

type WebSocketConnectionOptions = Pick<SubscriptionServerOptions, 'guards' | 'timing' | 'log'>;

/** The WebSocket of one client. */
export class WebSocketConnection {
  readonly #socket: WebSocket;
  readonly #connection: ConnectionSession;
  readonly #options: WebSocketConnectionOptions;
  readonly #sendQueue: SendQueue;
  /** There are none as long as the protocol does not know the socket; it may refuse it at once. */
  #endSubscriptions: (code?: number, reason?: string) => Promise<void> = () => Promise.resolve();
  /** It answered the last ping, or was not asked yet. */
  #isAlive = true;

  /** `presented`: with the request that opened it. */
  constructor(
    socket: WebSocket,
    presented: PresentedCredentials,
    protocol: Server<ConnectionSession>,
    options: WebSocketConnectionOptions,
  ) {
    this.#socket = socket;
    this.#connection = new ConnectionSession(presented, options.guards.callerConnections, (code, reason) => this.close(code, reason));
    this.#options = options;
    this.#sendQueue = new SendQueue(
      {
        write: (message, done) => socket.send(message, done),
        buffered: () => socket.bufferedAmount,
        cut: () => this.#cut(),
      },
      options.timing,
    );
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    // What a client does wrong (a frame that is too large, text that is no UTF-8) is answered by closing, with its own code.
    socket.on('error', () => undefined);
    this.#endSubscriptions = protocol.opened(
      {
        protocol: socket.protocol,
        send: (message) => (this.#isOpen ? this.#sendQueue.send(message) : undefined),
        close: (code, reason) => this.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            // A client that is being closed is not served any more, whatever it had sent.
            if (this.#isOpen) handle(decodeMessage(data)).catch((error: unknown) => this.#fail(error));
          }),
      },
      this.#connection,
    );
    socket.once('close', (code, reason) => {
      this.#sendQueue.stop();
      this.#connection.release();
      this.#end(code, String(reason));
    });
  }

  /** Ends its subscriptions at once and tells the client; one that does not answer is cut. */
  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
    this.#end(code, reason);
    const timer = setTimeout(() => this.#socket.terminate(), this.#options.timing.closeMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Cuts a client that did not answer the last time; closes that of a caller whose credential holds no longer. */
  ping(): void {
    if (this.#isOpen && this.#connection.caller?.session.hasEnded === true) return this.close(CloseCode.Forbidden, 'Forbidden');
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    if (this.#isOpen) this.#socket.ping();
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #end(code?: number, reason?: string): void {
    this.#endSubscriptions(code, reason).catch((error: unknown) => this.#options.log.error(error));
  }

  #cut(): void {
    this.#options.log.warn('a WebSocket whose client reads too slowly was closed');
    this.close(tryAgainLater, 'This client reads too slowly.');
  }

  #fail(error: unknown): void {
    this.#options.log.error(error);
    this.close(CloseCode.InternalServerError, 'Internal error.');
  }
}

/** A Buffer always, as nothing else was asked of `ws`. */
function decodeMessage(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}

/** A caller who was let in, and whose limits what they do counts against. */
export interface ConnectedCaller {
  readonly session: Session;
  readonly callerKey: string;
}

/** Who is at the other end of a WebSocket: nobody, until `connection_init` lets somebody in. */
export class ConnectionSession {
  /** With the request that opened it. */
  readonly presented: PresentedCredentials;
  readonly close: (code: number, reason: string) => void;
  readonly #callerConnections: CallerConnectionLimit;
  #entered: ConnectedCaller | null = null;
  #isClosed = false;
  #leave: () => void = releaseNothing;

  constructor(presented: PresentedCredentials, callerConnections: CallerConnectionLimit, close: (code: number, reason: string) => void) {
    this.presented = presented;
    this.#callerConnections = callerConnections;
    this.close = close;
  }

  get caller(): ConnectedCaller | null {
    return this.#entered;
  }

  /** Lets somebody in. False, and the WebSocket is closed: the caller has too many connections. */
  admit(entered: ConnectedCaller): boolean {
    const leave = this.#isClosed ? releaseNothing : this.#callerConnections.acquire(entered.callerKey);
    if (leave === null) {
      this.close(CloseCode.TooManyInitialisationRequests, 'This caller has as many connections as limits.socketsPerCaller allows.');
      return false;
    }
    this.#leave = leave;
    this.#entered = entered;
    return true;
  }

  /** To be called when the WebSocket is closed. */
  release(): void {
    this.#isClosed = true;
    this.#leave();
  }
}

function releaseNothing(): void {
  // Nothing is counted.
}

/** Of the registry of RFC 6455: for a client that may try again later. */
const tryAgainLaterCode = 1013;

/**
 * The session of a WebSocket, by what `connection_init` shows or else the request that opened it; null: nobody is let in. Browsers
 * cannot set headers of that request, so what they show comes as `authorization` of the payload.
 */
export async function authenticateConnection(
  payload: Readonly<Record<string, unknown>> | undefined,
  { presented, close }: Pick<ConnectionSession, 'presented' | 'close'>,
  authenticator: Authenticator,
): Promise<Session | null> {
  try {
    const authorization = readText(payload, 'authorization') ?? presented.authorization;
    const sourceTokens = new Map([...presented.sourceTokens, ...readSourceTokens(payload ?? {})]);
    return await authenticator.authenticate({ ...presented, authorization, sourceTokens });
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    if (error.code !== 'UNAUTHENTICATED') close(tryAgainLaterCode, error.message);
    return null;
  }
}

/** By a name in any case, as names of headers are. */
function readText(payload: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = Object.entries(payload ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
