import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request that a simulated plane received. */
export interface PlaneRequest {
  readonly method: string;
  /** Path without the query, decoded where it can be. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A response of a simulated plane. A string body is sent as it is, anything else as JSON; undefined sends none. */
export interface PlaneResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * A fault: sends another response, drops the connection, or never responds. `handle` handles the call as the plane
 * does.
 */
export type PlaneFault = (
  call: PlaneRequest,
  handle: () => PlaneResponse,
) => PlaneResponse | 'hang-up' | 'silence' | Promise<PlaneResponse | 'hang-up' | 'silence'>;

const maxRecordedCalls = 10_000;

/** HTTP server of a simulated plane, on loopback. It records the calls. */
export class PlaneServer {
  /** The latest 10,000 calls, oldest first. */
  readonly calls: PlaneRequest[] = [];
  /** Set by tests; null injects no fault. */
  fault: PlaneFault | null = null;
  readonly #server: Server;
  readonly #handle: (call: PlaneRequest) => PlaneResponse;
  readonly #scheme: 'http' | 'https';
  /** Kept after the end: a call that a slow plane holds back may need it then. */
  #port = 0;

  private constructor(handle: (call: PlaneRequest) => PlaneResponse, tls: { key: string; cert: string } | undefined) {
    this.#handle = handle;
    this.#scheme = tls === undefined ? 'http' : 'https';
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  }

  /** Listens on 127.0.0.1, on a free port where none is given; with TLS if a key and a certificate (PEM) are given. */
  static async start(
    handle: (call: PlaneRequest) => PlaneResponse,
    tls?: { readonly key: string; readonly cert: string },
    port = 0,
  ): Promise<PlaneServer> {
    const plane = new PlaneServer(handle, tls);
    await new Promise<void>((resolve, reject) => {
      plane.#server.once('error', reject);
      plane.#server.listen(port, '127.0.0.1', resolve);
    });
    plane.#port = (plane.#server.address() as AddressInfo).port;
    return plane;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return; // The client closed the connection before its request was complete.
    }
    const url = new URL(request.url ?? '/', this.url);
    const call: PlaneRequest = {
      method: request.method ?? 'GET',
      path: tryDecodePath(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.calls.push(call);
    if (this.calls.length > maxRecordedCalls) this.calls.shift();
    const handle = (): PlaneResponse => this.#handle(call);
    const result = this.fault === null ? handle() : await this.fault(call, handle);
    if (result === 'hang-up') request.socket.resetAndDestroy();
    else if (result !== 'silence') sendResponse(response, result);
  }
}

function sendResponse(response: ServerResponse, { status, headers, body }: PlaneResponse): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }), ...headers });
  if (body === undefined) response.end();
  else response.end(isText ? body : JSON.stringify(body));
}

function tryDecodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
