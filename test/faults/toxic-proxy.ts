import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import { Agent, request } from 'undici';

import type { KeyPair } from '../upstream/certificates.js';

/** What a plane answered, before it is passed on. */
export interface Relayed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request on its way to the plane. */
export interface Passage {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  /** Of its connection, from 0. */
  readonly nth: number;
  readonly socket: Socket;
  /** Asks the plane itself. */
  relay(): Promise<Relayed>;
  /** Answers. */
  send(status: number, headers?: Readonly<Record<string, string>>, body?: string | Buffer): void;
  /** Passes the answer of the plane on. */
  pass(): Promise<void>;
}

/** Something that goes wrong on the way. */
export type Toxin = (passage: Passage) => unknown;

export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly at: number;
  readonly authorization: string | undefined;
}

/** A proxy in front of one simulated plane, over real sockets, in which anything can be made to go wrong. It records what arrived. */
export class ToxicProxy {
  readonly arrivals: Arrival[] = [];
  /** Null: everything passes. */
  toxin: Toxin | null = null;
  readonly port: number;
  readonly #server: Server | HttpsServer;
  readonly #plane: string;
  readonly #sockets = new Map<Socket, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #toPlane = new Agent();

  private constructor(server: Server | HttpsServer, plane: string, scheme: string) {
    this.#server = server;
    this.#plane = plane;
    this.port = (server.address() as AddressInfo).port;
    this.scheme = scheme;
    server.on(scheme === 'https' ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.set(socket, 0);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      // What is cut in the middle, by a toxin or at the end of a test, is cut.
      this.#take(incoming, response).catch(() => response.destroy());
    });
  }

  readonly scheme: string;

  static async start(plane: string, tls?: KeyPair): Promise<ToxicProxy> {
    const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ToxicProxy(server, plane, tls === undefined ? 'http' : 'https');
  }

  /** Closes every connection that stands. */
  drop(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  /** Nobody listens any more. */
  shut(): void {
    this.#server.close();
    this.drop();
  }

  /** Shows another certificate from now on. */
  show({ key, cert }: KeyPair): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext({ key, cert });
    this.drop();
  }

  /** Again and again, until the proxy is closed. */
  every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms));
  }

  /** Once, unless the proxy is closed before. */
  after(ms: number, act: () => void): void {
    this.#timers.add(setTimeout(act, ms));
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.drop();
    await this.#toPlane.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return; // It went away in the middle of its request.
    }
    const { socket, method = 'GET', url: path = '/', headers } = incoming;
    const { authorization } = headers;
    this.arrivals.push({ method, path, at: performance.now(), authorization });
    const nth = this.#sockets.get(socket) ?? 0;
    this.#sockets.set(socket, nth + 1);
    const relay = (): Promise<Relayed> => this.#relay(method, path, headers, Buffer.concat(chunks));
    const send: Passage['send'] = (status, own = {}, body = '') => {
      response.writeHead(status, own);
      response.end(body);
    };
    const pass = async (): Promise<void> => {
      const answer = await relay();
      response.writeHead(answer.status, { ...answer.headers });
      response.end(answer.text);
    };
    const isLogIn = path.startsWith('/v1/tokens') || path === '/service-account-token';
    if (this.toxin === null || isLogIn) await pass();
    else await this.toxin({ method, path, authorization, nth, socket, relay, send, pass });
  }

  async #relay(method: string, path: string, headers: IncomingMessage['headers'], body: Buffer): Promise<Relayed> {
    const { host: _host, connection: _connection, 'transfer-encoding': _encoding, 'content-length': _length, ...kept } = headers;
    const answer = await request(`${this.#plane}${path}`, {
      dispatcher: this.#toPlane,
      method: method as 'GET',
      headers: kept,
      body: body.length === 0 ? null : body,
    });
    const text = await answer.body.text();
    const { 'content-length': _ours, 'transfer-encoding': _theirs, connection: _close, 'keep-alive': _alive, ...rest } = answer.headers;
    const location = rest['location'];
    const moved =
      typeof location === 'string' ? { location: location.replace(this.#plane, `${this.scheme}://127.0.0.1:${this.port}`) } : {};
    return { status: answer.statusCode, headers: { ...rest, ...moved }, text };
  }
}
