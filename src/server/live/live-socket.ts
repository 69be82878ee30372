import { CloseCode, type Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';

import type { LiveOptions } from './live-options.js';
import type { Presented } from '../authentication/presented.js';
import { Outflow } from './outflow.js';
import { Visitor } from './visitor.js';

/** Of the registry of RFC 6455: for a client that may try again later. */
const tryAgainLater = 1013;

type LiveSocketOptions = Pick<LiveOptions, 'guards' | 'timing' | 'log'>;

/** The WebSocket of one client. */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #visitor: Visitor;
  readonly #options: LiveSocketOptions;
  readonly #outflow: Outflow;
  /** There are none as long as the protocol does not know the socket; it may refuse it at once. */
  #endSubscriptions: (code?: number, reason?: string) => Promise<void> = () => Promise.resolve();
  /** It answered the last ping, or was not asked yet. */
  #isAlive = true;

  /** `presented`: with the request that opened it. */
  constructor(socket: WebSocket, presented: Presented, protocol: Server<Visitor>, options: LiveSocketOptions) {
    this.#socket = socket;
    this.#visitor = new Visitor(presented, options.guards.callersSockets, (code, reason) => this.close(code, reason));
    this.#options = options;
    this.#outflow = new Outflow(
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
        send: (message) => (this.#isOpen ? this.#outflow.send(message) : undefined),
        close: (code, reason) => this.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            // A client that is being closed is not served any more, whatever it had sent.
            if (this.#isOpen) handle(textOf(data)).catch((error: unknown) => this.#fail(error));
          }),
      },
      this.#visitor,
    );
    socket.once('close', (code, reason) => {
      this.#outflow.stop();
      this.#visitor.leave();
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
    if (this.#isOpen && this.#visitor.entered?.session.isOver === true) return this.close(CloseCode.Forbidden, 'Forbidden');
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
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}
