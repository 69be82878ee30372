import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as it reached a simulated plane. */
export interface PlaneRequest {
  readonly method: string;
  /** Path without the query, decoded where it can be. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What a simulated plane answers. A string body is sent as it is; anything else as JSON; undefined sends none. */
export interface PlaneResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What may go wrong on the way: answer otherwise, drop the connection, or never answer. `handle` does what the plane would do. */
export type PlaneFault = (
  call: PlaneRequest,
  handle: () => PlaneResponse,
) => PlaneResponse | 'hang-up' | 'silence' | Promise<PlaneResponse | 'hang-up' | 'silence'>;

const maxRecordedCalls = 10_000;

/** A simulated plane as an HTTP server on loopback that remembers every call. */
export class PlaneServer {
  /** The latest calls, at most 10,000, oldest first. */
  readonly calls: PlaneRequest[] = [];
  /** Set by tests; null: nothing goes wrong. */
  fault: PlaneFault | null = null;
  readonly #server: Server;
  readonly #handle: (call: PlaneRequest) => PlaneResponse;
  readonly #scheme: 'http' | 'https';

  private constructor(handle: (call: PlaneRequest) => PlaneResponse, tls: { key: string; cert: string } | undefined) {
    this.#handle = handle;
    this.#scheme = tls === undefined ? 'http' : 'https';
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  }

  /** Listens on a free port of 127.0.0.1, with TLS where a key and a certificate (PEM) are given. */
  static async start(handle: (call: PlaneRequest) => PlaneResponse, tls?: { key: string; cert: string }): Promise<PlaneServer> {
    const plane = new PlaneServer(handle, tls);
    await new Promise<void>((resolve, reject) => {
      plane.#server.once('error', reject);
      plane.#server.listen(0, '127.0.0.1', resolve);
    });
    return plane;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
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
      return; // The caller went away in the middle of its request.
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
    const answer = this.fault === null ? handle() : await this.fault(call, handle);
    if (answer === 'hang-up') request.socket.resetAndDestroy();
    else if (answer !== 'silence') sendResponse(response, answer);
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
