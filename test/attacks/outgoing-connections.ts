import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Records the hosts to which this process connects, as `host:port`, from Node's diagnostics channels. */
export class OutgoingConnections {
  readonly #hosts = new Set<string>();

  constructor() {
    for (const [channel, listener] of this.#listeners) subscribe(channel, listener);
  }

  /** The recorded hosts, whether or not the connection succeeded. */
  get hosts(): ReadonlySet<string> {
    return this.#hosts;
  }

  stop(): void {
    for (const [channel, listener] of this.#listeners) unsubscribe(channel, listener);
  }

  readonly #listeners: readonly (readonly [string, (message: unknown) => void])[] = [
    [
      'undici:client:beforeConnect',
      (message) => {
        const { connectParams } = message as { readonly connectParams: { readonly host: string } };
        this.#hosts.add(connectParams.host);
      },
    ],
    [
      'http.client.request.start',
      (message) => {
        const { request } = message as { readonly request: ClientRequest };
        this.#hosts.add(String(request.getHeader('host')));
      },
    ],
    [
      'net.client.socket',
      (message) => {
        const { socket } = message as { readonly socket: Socket };
        socket.once('lookup', (_error, _address, _family, host) => this.#hosts.add(`looked up: ${host}`));
        socket.once('connect', () => this.#hosts.add(`${socket.remoteAddress}:${socket.remotePort}`));
      },
    ],
  ];
}
