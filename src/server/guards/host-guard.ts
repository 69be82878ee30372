import type { IncomingMessage } from 'node:http';

import QuickLru from 'quick-lru';

import { isLoopback } from '../../lib/loopback.js';
import { MessageThrottle } from '../../lib/message-throttle.js';
import { errorResponse, errorStatuses, type Refusal } from '../http-error-responses.js';
import { parseNamedHost } from '../named-host.js';
import type { ListenerGuard } from './guard.js';

interface HostCheckOptions {
  /** Origins whose hosts are accepted too. */
  readonly origins: readonly string[];
  /** Whether the other end of a connection is a trusted proxy. What it passes on is not checked. */
  readonly trustsProxy: (address: string | undefined) => boolean;
  readonly warn: (fields: object, message: string) => void;
  /** Milliseconds of a clock that is never set back. */
  readonly monotonic: () => number;
}

/** For how long one line about a host suffices, in milliseconds. */
const windowMs = 600_000;

/** Lines in that time: any page can invent hosts. */
const maxLines = 100;

/** Accepted hosts that are remembered. */
const maxRemembered = 100;

/** Host names for the log. */
const maxHostLength = 200;

/**
 * Where callers do not authenticate, only requests for a host of this machine are accepted. A page can point the name of its own host at
 * 127.0.0.1 (DNS rebinding); to the browser, the gateway is then the server of that page, and its Origin is the Host. But no page can make
 * a browser send another Host than that name.
 */
export class HostCheck {
  readonly #options: HostCheckOptions;
  readonly #hosts: ReadonlySet<string>;
  readonly #throttle: MessageThrottle;
  /** Hosts that were accepted: clients of one gateway use few, and Node parses them slowly. */
  readonly #accepted = new QuickLru<string, true>({ maxSize: maxRemembered });

  constructor(options: HostCheckOptions) {
    this.#options = options;
    this.#hosts = new Set(options.origins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).hostname));
    this.#throttle = new MessageThrottle({ windowMs, maxKeys: maxLines, now: options.monotonic });
  }

  /** Null lets the request pass. A refusal is logged. */
  findRefusal({ headers: { host }, socket }: IncomingMessage): Refusal | null {
    // Every browser sends a Host.
    if (host === undefined || this.#accepted.has(host)) return null;
    if (this.#isAccepted(host)) {
      this.#accepted.set(host, true);
      return null;
    }
    if (this.#options.trustsProxy(socket.remoteAddress)) return null;
    const named = host.slice(0, maxHostLength);
    const suppressed = this.#throttle.admit(named);
    if (suppressed !== null) {
      this.#options.warn({ code: refusal.code, host: named, ...(suppressed > 0 && { suppressed }) }, explanation);
    }
    return refusal;
  }

  #isAccepted(host: string): boolean {
    const hostname = parseNamedHost(host, 'http:')?.hostname;
    if (hostname === undefined) return false;
    return isLoopback(hostname) || hostname.endsWith('.localhost') || this.#hosts.has(hostname);
  }
}

const refusal: Refusal = {
  code: 'FORBIDDEN',
  message: 'With auth.mode none, the header Host has to name a loopback address, localhost, or the host of an origin in server.cors.',
};

const explanation =
  'A request was refused: with auth.mode none, its Host has to be a loopback address, or a page could reach the gateway by a name that it points to this machine. Where the host is yours, name its origin in server.cors, such as https://tasks.example; or choose another auth.mode.';

/** Refuses requests for other hosts, before anything of them is read. `check` is null where callers authenticate. */
export function createHostGuard(check: HostCheck | null, exemptPaths: readonly string[]): ListenerGuard {
  const body = JSON.stringify(errorResponse(refusal));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return {
    name: 'host',
    refuses: ['403 FORBIDDEN'],
    wrap: (listener) => (request, response) => {
      const isExempt = exemptPaths.includes(request.url?.split('?', 1)[0] ?? '');
      if (isExempt || check === null || check.findRefusal(request) === null) return listener(request, response);
      response.writeHead(errorStatuses.FORBIDDEN, headers).end(body);
    },
  };
}
