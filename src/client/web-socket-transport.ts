import { type ClientError, UnauthenticatedError, UnreachableError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import type { SerializedOperation } from './operation.js';
import { type ConnectionEnd, openTimeoutMs, type SubscriptionListener, type SubscriptionResult, type Transport } from './transport.js';

/** What is used of a WebSocket: that of the platform, and the one of the package `ws`. */
interface WebSocketLike {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: unknown; readonly code?: unknown }) => void): void;
  send(data: string): void;
  close(code: number, reason: string): void;
  /** Only that of `ws`: ends the connection without the closing handshake. */
  terminate?(): void;
}

type WebSocketClass = new (url: string, protocol: string) => WebSocketLike;

/** Subscriptions over one shared WebSocket, which is open while there are any. */
export function createWebSocketTransport(endpoint: Endpoint, webSocketImpl: unknown): Transport {
  if (typeof webSocketImpl !== 'function') {
    throw new TypeError(
      `webSocketImpl must be a WebSocket class, such as that of the package ws, or null; it is of type ${typeof webSocketImpl}.`,
    );
  }
  let connection: WebSocketConnection | null = null;
  return (operation, listener, signal) => {
    if (connection?.isUsable !== true) connection = new WebSocketConnection(endpoint, webSocketImpl as WebSocketClass);
    return connection.subscribe(operation, listener, signal);
  };
}

interface Subscription {
  readonly operation: SerializedOperation;
  readonly listener: SubscriptionListener;
  readonly end: (end: ConnectionEnd) => void;
}

type Message =
  | { readonly type: 'connection_ack' | 'pong' }
  | { readonly type: 'ping'; readonly payload?: unknown }
  | { readonly type: 'next'; readonly id: string; readonly payload: SubscriptionResult }
  | { readonly type: 'error'; readonly id: string; readonly payload: NonNullable<SubscriptionResult['errors']> }
  | { readonly type: 'complete'; readonly id: string };

/**
 * One WebSocket with the protocol `graphql-transport-ws`. Its listeners stay until the socket is garbage, because the class of `ws` ends
 * the process with an `error` event that nobody listens to; what comes after the end is ignored. See the decisions in ARCHITECTURE.md.
 */
class WebSocketConnection {
  readonly #subscriptions = new Map<string, Subscription>();
  #socket: WebSocketLike | null = null;
  #lastId = 0;
  #isAcknowledged = false;
  #hasEnded = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, headers }: Endpoint, Socket: WebSocketClass) {
    this.#endAfter(openTimeoutMs, 'The WebSocket did not open in time.');
    try {
      this.#socket = new Socket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    } catch (error) {
      // A page that was loaded with https may not open a WebSocket without TLS, for example.
      queueMicrotask(() => this.#fail('The WebSocket cannot be opened.', error));
      return;
    }
    this.#socket.addEventListener('open', () => {
      headers().then(
        (payload) => this.#send({ type: 'connection_init', payload }),
        (error: unknown) => this.#fail('The WebSocket cannot be opened.', error),
      );
    });
    this.#socket.addEventListener('message', ({ data }) => this.#receive(data));
    this.#socket.addEventListener('error', (event) => this.#closed(event));
    this.#socket.addEventListener('close', (event) => {
      this.#closed(event);
      clearTimeout(this.#timer);
    });
  }

  /** Whether a further subscription may use it. */
  get isUsable(): boolean {
    return !this.#hasEnded;
  }

  subscribe(operation: SerializedOperation, listener: SubscriptionListener, signal: AbortSignal): Promise<ConnectionEnd> {
    return new Promise((resolve) => {
      const id = String((this.#lastId += 1));
      const end = (result: ConnectionEnd): void => {
        signal.removeEventListener('abort', unsubscribe);
        this.#subscriptions.delete(id);
        resolve(result);
        if (this.#subscriptions.size === 0) this.#close();
      };
      const unsubscribe = (): void => {
        if (this.#isAcknowledged) this.#send({ type: 'complete', id });
        end({ kind: 'complete' });
      };
      signal.addEventListener('abort', unsubscribe);
      this.#subscriptions.set(id, { operation, listener, end });
      if (this.#isAcknowledged) this.#begin(id);
    });
  }

  #begin(id: string): void {
    const subscription = this.#subscriptions.get(id);
    this.#send({ type: 'subscribe', id, payload: subscription?.operation });
    subscription?.listener.opened();
  }

  #receive(data: unknown): void {
    if (this.#hasEnded) return;
    try {
      this.#handle(JSON.parse(data as string));
    } catch (error) {
      this.#fail('The WebSocket was sent something that is not of the protocol.', error);
    }
    if (this.#isAcknowledged && !this.#hasEnded) this.#expectLife();
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'connection_ack': {
        if (this.#isAcknowledged) return;
        this.#isAcknowledged = true;
        // One that is added meanwhile, by a callback of these, begins by itself.
        const waiting = [...this.#subscriptions.keys()];
        for (const id of waiting) this.#begin(id);
        return;
      }
      case 'ping':
        return this.#send({ type: 'pong', payload: message.payload });
      case 'pong':
        return;
      case 'next':
        return this.#subscriptions.get(message.id)?.listener.next(message.payload);
      case 'error':
        // The gateway refused the operation. An event stream reports the same as an event with errors, and then completes.
        this.#subscriptions.get(message.id)?.listener.next({ errors: message.payload });
        return this.#subscriptions.get(message.id)?.end({ kind: 'complete' });
      case 'complete':
        return this.#subscriptions.get(message.id)?.end({ kind: 'complete' });
      default:
        throw new TypeError('The type of the message is not known.');
    }
  }

  /** A ping is sent when nothing was received for a while, and the connection is lost when nothing is received after it either. */
  #expectLife(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#send({ type: 'ping' });
      this.#endAfter(openTimeoutMs, 'The WebSocket has gone silent.');
    }, pingMs);
  }

  #endAfter(ms: number, message: string): void {
    this.#timer = setTimeout(() => this.#fail(message), ms);
  }

  #send(message: object): void {
    if (!this.#hasEnded && this.#socket?.readyState === open) this.#socket.send(JSON.stringify(message));
  }

  /** An `error` event, which says nothing about the reason in a browser, or a `close` event. */
  #closed(event: { readonly code?: unknown }): void {
    // After the connection was open the token may merely have expired: the next connection sends a new one.
    if (!this.#isAcknowledged && unauthenticated.includes(event.code)) return this.#end('refused', new UnauthenticatedError());
    this.#fail(this.#isAcknowledged ? 'The WebSocket was closed.' : 'The WebSocket cannot be opened.', event);
  }

  #fail(message: string, cause?: unknown): void {
    this.#end(this.#isAcknowledged ? 'lost' : 'unopened', new UnreachableError(message, cause));
  }

  #end(kind: 'refused' | 'lost' | 'unopened', error: ClientError): void {
    // Before the subscriptions are told, so that none of them begins another on this connection.
    this.#close();
    for (const { end } of this.#subscriptions.values()) end({ kind, error });
  }

  /** Ends the connection; nothing that happens to the socket afterwards matters. */
  #close(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    socket?.close(1000, 'Normal Closure');
    // A peer that does not answer the closing handshake would keep a process of Node alive for half a minute.
    if (socket?.terminate) this.#timer = setTimeout(() => socket.terminate?.(), closeTimeoutMs);
  }
}

/** How often a ping is sent when nothing is received, in milliseconds; without an answer within openTimeoutMs the connection is lost. */
const pingMs = 20_000;

/** How long the closing handshake may take, in milliseconds. */
const closeTimeoutMs = 2_000;

/** The `readyState` of a socket to which messages can be sent. */
const open = 1;

/** The close codes of the protocol for a token that is not accepted. */
const unauthenticated: readonly unknown[] = [4401, 4403];
