import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import { Agent, request } from 'undici';

import type { KeyPair } from '../upstream/certificates.js';

/** A response of the plane, before it is forwarded. */
export interface ForwardedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request on its way to the plane, and the ways to answer it. */
export interface ProxiedRequest {
  readonly method: string;
  /** Includes the query string. */
  readonly path: string;
  readonly authorization: string | undefined;
  /** Its index on its connection, from 0. */
  readonly nth: number;
  readonly socket: Socket;
  /** Sends the request to the plane. */
  relay(): Promise<ForwardedResponse>;
  /** Sends a response to the gateway. */
  send(status: number, headers?: Readonly<Record<string, string>>, body?: string | Buffer): void;
  /** Forwards the response of the plane unchanged. */
  pass(): Promise<void>;
}

/** A fault between gateway and plane, as in Toxiproxy. */
export type Toxin = (proxied: ProxiedRequest) => unknown;

export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly at: number;
  readonly authorization: string | undefined;
}

/** A fault-injecting proxy in front of one simulated plane, over real sockets. It records the requests that arrived. */
export class ToxicProxy {
  readonly arrivals: Arrival[] = [];
  /** Null: all requests are forwarded. */
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
      // A request that fails, because of a toxin or the end of a test, is disconnected.
      this.#handle(incoming, response).catch(() => response.destroy());
    });
  }

  readonly scheme: string;

  static async start(plane: string, tls?: KeyPair): Promise<ToxicProxy> {
    const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ToxicProxy(server, plane, tls === undefined ? 'http' : 'https');
  }

  /** Closes every open connection. */
  drop(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  /** Stops listening and closes every connection. */
  shut(): void {
    this.#server.close();
    this.drop();
  }

  /** Presents another certificate from now on. */
  useCertificate({ key, cert }: KeyPair): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext({ key, cert });
    this.drop();
  }

  /** Calls a function at an interval until the proxy is closed. */
  every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms));
  }

  /** Calls a function after a delay, unless the proxy is closed first. */
  after(ms: number, act: () => void): void {
    this.#timers.add(setTimeout(act, ms));
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.drop();
    await this.#toPlane.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return; // The client disconnected while it sent its request.
    }
    const { socket, method = 'GET', url: path = '/', headers } = incoming;
    const { authorization } = headers;
    this.arrivals.push({ method, path, at: performance.now(), authorization });
    const nth = this.#sockets.get(socket) ?? 0;
    this.#sockets.set(socket, nth + 1);
    const relay = (): Promise<ForwardedResponse> => this.#relay(method, path, headers, Buffer.concat(chunks));
    const send: ProxiedRequest['send'] = (status, headers = {}, body = '') => {
      response.writeHead(status, headers);
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

  async #relay(method: string, path: string, headers: IncomingMessage['headers'], body: Buffer): Promise<ForwardedResponse> {
    const { host: _host, connection: _connection, 'transfer-encoding': _encoding, 'content-length': _length, ...forwarded } = headers;
    const answer = await request(`${this.#plane}${path}`, {
      dispatcher: this.#toPlane,
      method: method as 'GET',
      headers: forwarded,
      body: body.length === 0 ? null : body,
    });
    const text = await answer.body.text();
    const { 'content-length': _bytes, 'transfer-encoding': _chunked, connection: _close, 'keep-alive': _alive, ...rest } = answer.headers;
    const location = rest['location'];
    const rewritten =
      typeof location === 'string' ? { location: location.replace(this.#plane, `${this.scheme}://127.0.0.1:${this.port}`) } : {};
    return { status: answer.statusCode, headers: { ...rest, ...rewritten }, text };
  }
}
