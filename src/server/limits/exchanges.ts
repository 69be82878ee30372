import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that wait for their answers, at most: clients that send ahead send a few. */
const mostAhead = 64;

/** What is to be done at the end of each request of one connection, by its response. */
type Ends = Map<ServerResponse, (() => void)[]>;

/**
 * Knows when requests are over. A response says by itself that it is closed, but not one that still waited for those before it on
 * its connection when that was closed.
 */
export class Exchanges {
  readonly #open = new WeakMap<Socket, Ends>();

  /** To be called for every request, first. False: too much was sent ahead of it on its connection, which was cut. */
  begin(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.openOn(request) >= mostAhead) request.socket.destroy();
    if (request.socket.destroyed) return false;
    this.whenOver(request, response, () => undefined);
    return true;
  }

  /** Calls `end` once: when the response is closed, or its connection. */
  whenOver({ socket }: IncomingMessage, response: ServerResponse, end: () => void): void {
    // A client may be gone before its request is looked at.
    if (socket.destroyed || response.closed) return end();
    const ends = this.#endsOn(socket);
    const known = ends.get(response);
    if (known !== undefined) return void known.push(end);
    ends.set(response, [end]);
    response.once('close', () => finish(ends, response));
  }

  /** How many requests of the connection of this one are not over. */
  openOn({ socket }: IncomingMessage): number {
    return this.#open.get(socket)?.size ?? 0;
  }

  #endsOn(socket: Socket): Ends {
    const known = this.#open.get(socket);
    if (known !== undefined) return known;
    const ends: Ends = new Map();
    this.#open.set(socket, ends);
    socket.once('close', () => {
      for (const response of ends.keys()) finish(ends, response);
    });
    return ends;
  }
}

function finish(ends: Ends, response: ServerResponse): void {
  const acts = ends.get(response) ?? [];
  ends.delete(response);
  for (const act of acts) act();
}
