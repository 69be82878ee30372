import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { makeServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';

/** What is answered to one request: a body, or the results of an event stream, which is complete after them, only ends, or stays open. */
export type ScriptedAnswer =
  | { readonly status: number; readonly body: unknown }
  | { readonly results: readonly unknown[]; readonly isCut?: boolean; readonly isOpen?: boolean };

/** Answers what the test wrote down: the last answer of a path again and again. WebSockets are refused for want of a token. */
export class ScriptedGateway {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  /** By path; each is used once, but the last. */
  readonly answers: Record<string, ScriptedAnswer[]> = {};
  /** Path and `Authorization` of each request; for a WebSocket, what its first message holds. */
  readonly requests: (readonly [path: string, authorization: unknown])[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const { url = '', headers } = request;
      this.requests.push([url, headers.authorization]);
      const script = this.answers[url] ?? [];
      const answer = (script.length > 1 ? script.shift() : script[0]) ?? { status: 404, body: 'not here' };
      request.resume();
      if ('status' in answer) return response.writeHead(answer.status, { location: '/elsewhere' }).end(JSON.stringify(answer.body));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const result of answer.results) response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
      if (!answer.isOpen) response.end(answer.isCut ? '' : 'event: complete\ndata:\n\n');
    });
    const protocol = makeServer<Record<string, unknown>, undefined>({
      onConnect: ({ connectionParams }) => {
        this.requests.push(['websocket', connectionParams?.['authorization']]);
        return false;
      },
    });
    this.#sockets = new WebSocketServer({ server: this.#server }).on('connection', (socket) => {
      const closed = protocol.opened(
        {
          protocol: socket.protocol,
          send: (message) => socket.send(message),
          close: (code, reason) => socket.close(code, reason),
          onMessage: (handle) => socket.on('message', (data) => void handle(Buffer.isBuffer(data) ? data.toString() : '')),
        },
        undefined,
      );
      socket.once('close', (code, reason) => void closed(code, String(reason)));
    });
  }

  static async start(): Promise<ScriptedGateway> {
    const gateway = new ScriptedGateway();
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
