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

/** So many more may be open while requests on them are in flight: twice as many as may wait for authentication at a time. */
const maxBusy = 2_048;

/** A caller has so much time to send a first request, in milliseconds: meanwhile there may be this many times as many connections. */
const graceMs = 1_000;
const graceFactor = 10;

/**
 * The connections on which nobody has been authenticated: idle HTTP connections, and WebSockets before `connection_init`. They
 * are counted apart from those of callers, so that clients without a credential take nothing from them.
 *
 * A new one is never refused. Where there are too many, the oldest idle ones of the address with the most of them are closed. One that
 * was opened in the last second, or has a request in flight, is closed only where there are far more than callers ever open at a
 * time. A caller is among them only for a moment, until a request or `connection_init` has arrived.
 */
export class UnauthenticatedConnections {
  readonly #options: UnauthenticatedConnectionsOptions;
  /** By address, the oldest first. An address without connections is not in it. */
  readonly #byAddress = new Map<string, Set<Socket>>();
  readonly #entries = new Map<Socket, { readonly address: string; readonly since: number }>();
  readonly #throttle: MessageThrottle;
  /** All that were ever opened, also those whose callers are known. */
  readonly #known = new WeakSet<Socket>();

  constructor(options: UnauthenticatedConnectionsOptions) {
    this.#options = options;
    this.#throttle = new MessageThrottle({ windowMs, maxKeys: 1, now: options.monotonic });
  }

  /** A connection was opened, or is now known to be of this address, behind a proxy. Does nothing for one whose caller is known. */
  enter(socket: Socket, address: string): void {
    const since = this.#entries.get(socket)?.since ?? this.#options.monotonic();
    if (this.#known.has(socket) && !this.#entries.has(socket)) return;
    if (!this.#known.has(socket)) socket.once('close', () => this.leave(socket));
    this.#known.add(socket);
    this.leave(socket);
    const ofAddress = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, ofAddress.add(socket));
    this.#entries.set(socket, { address, since });
    this.#closeBeyondCapacity(address);
  }

  /** Its caller is known, or it is closed. */
  leave(socket: Socket): void {
    const entry = this.#entries.get(socket);
    if (entry === undefined) return;
    this.#entries.delete(socket);
    const ofAddress = this.#byAddress.get(entry.address);
    ofAddress?.delete(socket);
    if (ofAddress?.size === 0) this.#byAddress.delete(entry.address);
  }

  #closeBeyondCapacity(address: string): void {
    const { sockets } = this.#options.limits;
    if (sockets === 0) return;
    const capacity = Math.max(minCapacity, Math.ceil(sockets * share));
    const ofAddress = this.#byAddress.get(address) ?? new Set();
    while (ofAddress.size > capacity / 2) if (!this.#closeOldest(ofAddress, capacity / 2)) break;
    while (this.#entries.size > capacity) if (!this.#closeOldest(this.#findMost(), capacity)) break;
  }

  /** Those of the address with the most of them. */
  #findMost(): ReadonlySet<Socket> {
    let most: ReadonlySet<Socket> = new Set();
    for (const ofAddress of this.#byAddress.values()) if (ofAddress.size > most.size) most = ofAddress;
    return most;
  }

  /** Whether one was closed. */
  #closeOldest(candidates: ReadonlySet<Socket>, capacity: number): boolean {
    const { isBusy, monotonic } = this.#options;
    const count = this.#entries.size;
    const latest = count > capacity * graceFactor ? Infinity : monotonic() - graceMs;
    for (const socket of candidates) {
      const isRecent = (this.#entries.get(socket)?.since ?? 0) > latest;
      if (isRecent || (isBusy(socket) && count <= capacity * graceFactor + maxBusy)) continue;
      this.#report(this.#entries.get(socket)?.address ?? '');
      this.leave(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  #report(address: string): void {
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
