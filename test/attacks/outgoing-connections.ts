import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Writes down where this process connects to, as `host:port`, whoever does it: Node tells of it on its channels. */
export class Outgoing {
  readonly #seen = new Set<string>();

  constructor() {
    for (const [channel, listen] of this.#listeners) subscribe(channel, listen);
  }

  /** Those so far, tried or reached. */
  get seen(): ReadonlySet<string> {
    return this.#seen;
  }

  stop(): void {
    for (const [channel, listen] of this.#listeners) unsubscribe(channel, listen);
  }

  readonly #listeners: readonly (readonly [string, (message: unknown) => void])[] = [
    [
      'undici:client:beforeConnect',
      (message) => {
        const { connectParams } = message as { readonly connectParams: { readonly host: string } };
        this.#seen.add(connectParams.host);
      },
    ],
    [
      'http.client.request.start',
      (message) => {
        const { request } = message as { readonly request: ClientRequest };
        this.#seen.add(String(request.getHeader('host')));
      },
    ],
    [
      'net.client.socket',
      (message) => {
        const { socket } = message as { readonly socket: Socket };
        socket.once('lookup', (_error, _address, _family, host) => this.#seen.add(`looked up: ${host}`));
        socket.once('connect', () => this.#seen.add(`${socket.remoteAddress}:${socket.remotePort}`));
      },
    ],
  ];
}
