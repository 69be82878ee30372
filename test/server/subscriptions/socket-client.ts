import { WebSocket } from 'ws';

import type { Json } from '../../support/post.js';

export interface SocketClientOptions {
  readonly protocols?: readonly string[];
  readonly origin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** The address from which it connects. */
  readonly localAddress?: string;
}

/** A WebSocket that speaks what the test tells it to, right or wrong. */
export class SocketClient {
  readonly socket: WebSocket;
  readonly #messages: Json[] = [];
  readonly #waiting: ((message: Json) => void)[] = [];
  /** The code it is closed with. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const message: Json = JSON.parse(data.toString('utf8'));
      const resolve = this.#waiting.shift();
      if (resolve === undefined) this.#messages.push(message);
      else resolve(message);
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => resolve(code));
    });
    socket.on('error', () => undefined);
  }

  /** Resolves when it is open; rejects with the status of a refusal. */
  static open(
    host: string,
    { protocols = ['graphql-transport-ws'], origin, headers = {}, path = '/graphql', localAddress }: SocketClientOptions = {},
  ): Promise<SocketClient> {
    const socket = new WebSocket(`ws://${host}${path}`, [...protocols], {
      headers,
      ...(origin !== undefined && { origin }),
      ...(localAddress !== undefined && { localAddress }),
    });
    return new Promise((resolve, reject) => {
      // Made before it is open: what the server sends first may come with the handshake.
      const client = new SocketClient(socket);
      socket.once('unexpected-response', (_request, response) => {
        socket.terminate();
        reject(new Error(String(response.statusCode)));
      });
      socket.once('error', reject);
      socket.once('open', () => resolve(client));
    });
  }

  /** Open, and acknowledged. */
  static async connect(host: string, options: SocketClientOptions = {}): Promise<SocketClient> {
    const client = await SocketClient.open(host, options);
    client.send({ type: 'connection_init' });
    await client.next();
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: Readonly<Record<string, unknown>>): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The next message. */
  next(): Promise<Json> {
    return new Promise((resolve) => {
      if (this.#messages.length > 0) resolve(this.#messages.shift());
      else this.#waiting.push(resolve);
    });
  }
}
