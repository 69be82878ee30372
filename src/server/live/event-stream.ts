import type { IncomingMessage, ServerResponse } from 'node:http';

import type { LiveOptions } from './live-options.js';
import { Outflow } from './outflow.js';

/** One response as a stream of server-sent events, in the form that the protocol of graphql-sse gives them. */
export class EventStream {
  /** Resolves when the connection is closed, whoever closed it. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #outflow: Outflow;
  readonly #closeMs: number;

  constructor(request: IncomingMessage, response: ServerResponse, { guards, timing, log }: Pick<LiveOptions, 'guards' | 'timing' | 'log'>) {
    this.#response = response;
    this.#closeMs = timing.closeMs;
    this.#outflow = new Outflow(
      {
        write: (message, done) => void response.write(message, () => done()),
        buffered: () => response.writableLength,
        cut: () => {
          log.warn('an event stream whose client reads too slowly was closed');
          response.destroy();
        },
      },
      timing,
    );
    const comments = setInterval(() => this.#comment(), timing.commentMs);
    this.closed = new Promise((resolve) => {
      const close = (): void => {
        clearInterval(comments);
        this.#outflow.stop();
        resolve();
      };
      guards.exchanges.whenOver(request, response, close);
    });
    response.on('error', () => response.destroy());
  }

  /** Nobody gets what is sent now. */
  get isOver(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  /** Some browsers take the connection for open only when something came. */
  open(headers: Readonly<Record<string, string | string[] | number | undefined>>): void {
    this.#response.writeHead(200, {
      ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Tells a proxy in front of us (nginx) not to collect the events.
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    this.#comment();
  }

  /** Resolves when the event has left the process. */
  next(result: object): Promise<void> {
    return this.#outflow.send(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }

  complete(): Promise<void> {
    return this.#outflow.send('event: complete\ndata:\n\n');
  }

  /** Ends the connection; a client that takes nothing is cut. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#response.destroy(), this.#closeMs);
    this.#response.end();
    await this.closed;
    clearTimeout(timer);
  }

  #comment(): void {
    // What waits already keeps the connection busy.
    if (this.#outflow.isIdle) void this.#outflow.send(':\n\n');
  }
}
