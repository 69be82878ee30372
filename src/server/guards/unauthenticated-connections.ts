import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { MessageThrottle } from '../../lib/message-throttle.js';
import type { Authenticator } from '../authentication/authenticator.js';
import type { ServerLimits } from '../server-limits.js';
import { findSession } from './authentication-guard.js';
import type { RouteGuard } from './guard.js';

interface UnauthenticatedConnectionsOptions {
  readonly limits: Pick<ServerLimits, 'sockets'>;
  /** Whether a request of the connection is in flight. */
  readonly isBusy: (socket: Socket) => boolean;
  readonly warn: (fields: object, message: string) => void;
  /** Milliseconds of a clock that is never set back. */
  readonly monotonic: () => number;
}

/** For how long one line of the log suffices, in milliseconds. */
const windowMs = 600_000;

/** How many there may be, as a share of `limits.sockets` and at least; half as many of one address. */
const share = 1 / 4;
const minCapacity = 200;

/**
 * The connections on which nobody has been authenticated: idle HTTP connections, and WebSockets before `connection_init`. They
 * are counted apart from those of callers, so that clients without a credential take nothing from them.
 *
 * A new one is never refused. Where there are too many, the oldest one of the address with the most of them is closed: one that is idle,
 * if there is one. A caller is among them but for a moment, until a request or `connection_init` has arrived.
 */
export class UnauthenticatedConnections {
  readonly #options: UnauthenticatedConnectionsOptions;
  /** By address, the oldest first. An address without connections is not in it. */
  readonly #byAddress = new Map<string, Set<Socket>>();
  readonly #addresses = new Map<Socket, string>();
  readonly #throttle: MessageThrottle;
  /** All that were ever opened, also those whose callers are known. */
  readonly #known = new WeakSet<Socket>();

  constructor(options: UnauthenticatedConnectionsOptions) {
    this.#options = options;
    this.#throttle = new MessageThrottle({ windowMs, maxKeys: 1, now: options.monotonic });
  }

  /** A connection was opened, or is now known to be of this address, behind a proxy. Does nothing for one whose caller is known. */
  enter(socket: Socket, address: string): void {
    if (this.#known.has(socket) && !this.#addresses.has(socket)) return;
    if (!this.#known.has(socket)) socket.once('close', () => this.leave(socket));
    this.#known.add(socket);
    this.leave(socket);
    const ofAddress = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, ofAddress.add(socket));
    this.#addresses.set(socket, address);
    this.#closeBeyondCapacity(address, socket);
  }

  /** Its caller is known, or it is closed. */
  leave(socket: Socket): void {
    const address = this.#addresses.get(socket);
    if (address === undefined) return;
    this.#addresses.delete(socket);
    const ofAddress = this.#byAddress.get(address);
    ofAddress?.delete(socket);
    if (ofAddress?.size === 0) this.#byAddress.delete(address);
  }

  #closeBeyondCapacity(address: string, newest: Socket): void {
    const { sockets } = this.#options.limits;
    if (sockets === 0) return;
    const most = Math.max(minCapacity, Math.ceil(sockets * share));
    if ((this.#byAddress.get(address)?.size ?? 0) > most / 2) this.#closeOldest(address, newest);
    if (this.#addresses.size > most) this.#closeOldest(this.#findCrowdedAddress(), newest);
  }

  #findCrowdedAddress(): string {
    let [crowded, most] = ['', 0];
    for (const [address, { size }] of this.#byAddress) if (size > most) [crowded, most] = [address, size];
    return crowded;
  }

  #closeOldest(address: string, newest: Socket): void {
    const others = [...(this.#byAddress.get(address) ?? [])].filter((socket) => socket !== newest);
    const oldest = others.find((socket) => !this.#options.isBusy(socket)) ?? others[0];
    if (oldest === undefined) return;
    this.leave(oldest);
    oldest.destroy();
    const suppressed = this.#throttle.admit('');
    if (suppressed === null) return;
    const message = 'Connections on which nobody is authenticated are too many: the oldest ones are closed.';
    this.#options.warn({ address, ...(suppressed > 0 && { suppressed }) }, message);
  }
}

/** Counts every connection of a server until its caller is known. */
export function watchUnauthenticated(app: FastifyInstance, { unauthenticated, authenticator }: WatchOptions): void {
  app.server.on('connection', (socket: Socket) =>
    unauthenticated.enter(socket, authenticator.resolveAddress({ remoteAddress: socket.remoteAddress, forwardedFor: undefined })),
  );
}

interface WatchOptions {
  readonly unauthenticated: UnauthenticatedConnections;
  readonly authenticator: Pick<Authenticator, 'resolveAddress'>;
}

/** After authentication: the connection is that of a known caller. A browser that opens a page is none. */
export function createKnownConnectionGuard(unauthenticated: UnauthenticatedConnections): RouteGuard {
  return {
    name: 'known connection',
    stage: 'onRequest',
    refuses: [],
    check(request) {
      if (findSession(request) !== null) unauthenticated.leave(request.raw.socket);
      return 'passed';
    },
  };
}
