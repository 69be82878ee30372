import type { IncomingMessage } from 'node:http';

import { MessageThrottle } from '../../lib/message-throttle.js';
import { isAllowedOrigin } from '../allowed-origins.js';
import type { Refusal } from '../http-error-responses.js';
import { parseNamedHost, parseNamedOrigin } from '../named-host.js';
import { tooManyConnections } from './subscription-options.js';

interface UpgradeCheckOptions {
  /** Origins whose pages may connect, besides the gateway's own. */
  readonly origins: readonly string[];
  /** Whether the proxy at an address is trusted to say in X-Forwarded-Host which host its client named. */
  readonly trustsProxy: (address: string | undefined) => boolean;
}

/** Refuses requests for a WebSocket by their headers. */
export class UpgradeChecks {
  readonly #options: UpgradeCheckOptions;

  constructor(options: UpgradeCheckOptions) {
    this.#options = options;
  }

  /** Null lets the request pass. */
  findRefusal(request: IncomingMessage): UpgradeRefusal | null {
    const { origin, cookie } = request.headers;
    if (request.method !== 'GET') return wrongMethod;
    // A browser always sends an Origin, and no other client has a cookie of the gateway.
    if (origin === undefined) return cookie === undefined ? null : cookieWithoutOrigin;
    return this.#isAllowed(origin, request) ? null : this.#describeForeignOrigin(origin, request);
  }

  /**
   * Browsers let every page open a WebSocket to every host and only send the origin of the page, so this check prevents cross-site WebSocket
   * hijacking. Allowed are the gateway's own pages and those of the configured origins. No page can set the headers that are compared.
   */
  #isAllowed(origin: string, request: IncomingMessage): boolean {
    if (isAllowedOrigin(origin, this.#options.origins)) return true;
    const page = parseNamedOrigin(origin);
    if (page === null) return false;
    const { protocol, host } = page;
    // By the scheme of the page: behind a proxy that terminates TLS the page has https and the gateway sees http.
    const named = [request.headers.host ?? null, this.#findForwardedHost(request)];
    return host !== '' && named.some((one) => one !== null && parseNamedHost(one, protocol)?.host === host);
  }

  #findForwardedHost(request: IncomingMessage): string | null {
    return this.#options.trustsProxy(request.socket.remoteAddress) ? readForwardedHost(request) : null;
  }

  #describeForeignOrigin(origin: string, request: IncomingMessage): UpgradeRefusal {
    const forwardedHost = readForwardedHost(request);
    const isIgnored = forwardedHost !== null && this.#findForwardedHost(request) === null;
    return {
      ...foreignOrigin,
      key: `${foreignOrigin.key} ${shorten(origin)}`,
      fields: {
        origin: shorten(origin),
        host: shorten(request.headers.host ?? ''),
        ...(forwardedHost !== null && { forwardedHost: shorten(forwardedHost) }),
      },
      explanation: isIgnored ? `${foreignOrigin.explanation} ${ignoredForwardedHost}` : foreignOrigin.explanation,
    };
  }
}

/** Why a request does not become a WebSocket: the response, and a line for the log. */
export interface UpgradeRefusal {
  readonly refusal: Refusal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Lines with one key are written seldom. */
  readonly key: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** What the operator can do. */
  readonly explanation: string;
}

const wrongMethod: UpgradeRefusal = {
  refusal: { status: 405, code: 'BAD_USER_INPUT', message: 'A WebSocket is opened by a GET. A POST must not offer to upgrade to one.' },
  headers: { allow: 'GET' },
  key: 'method',
  explanation: 'A client, or a proxy, sends the headers of an upgrade with another method than GET.',
};

const cookieWithoutOrigin: UpgradeRefusal = {
  refusal: { code: 'FORBIDDEN', message: 'A request for a WebSocket that has a cookie must have the header Origin too.' },
  key: 'cookie',
  explanation:
    'It has a cookie, as browsers send it, and no Origin. Let the proxy pass the header Origin, or let the client send no cookie.',
};

const foreignOrigin: UpgradeRefusal = {
  refusal: {
    code: 'FORBIDDEN',
    message: 'The origin of this page is neither the host to which the request was sent nor in server.cors.',
  },
  key: 'origin',
  explanation:
    'The origin of its page is not the host that the gateway sees. Let the proxy pass the header Host (nginx: proxy_set_header Host $http_host), or name the origin in server.cors.',
};

/** `refusal`: when the client may try again. */
export function describeOverload(refusal: Refusal): UpgradeRefusal {
  return { refusal, key: 'overload', explanation: 'The gateway has more to do than it can.' };
}

export const tooManySockets: UpgradeRefusal = {
  refusal: tooManyConnections,
  key: 'limits.sockets',
  explanation: 'As many WebSockets and event streams are open as limits.sockets allows.',
};

/** A request for a WebSocket whose other headers are not those of a handshake. */
export function describeBadHandshake({ headers }: IncomingMessage): UpgradeRefusal {
  const isKnownVersion = ['13', '8'].includes(headers['sec-websocket-version'] ?? '');
  return {
    refusal: {
      status: isKnownVersion ? 400 : 426,
      code: 'BAD_USER_INPUT',
      message: isKnownVersion
        ? 'The headers of the request are not those of a WebSocket handshake (RFC 6455, section 4.1).'
        : 'Sec-WebSocket-Version must be 13.',
    },
    ...(!isKnownVersion && { headers: { 'sec-websocket-version': '13' } }),
    key: 'handshake',
    explanation: 'Its headers are not those of a WebSocket handshake: a proxy on the way may have removed some.',
  };
}

/** A request for a WebSocket at another path than `path`. */
export function describeWrongPath({ url = '' }: IncomingMessage, path: string): UpgradeRefusal {
  return {
    refusal: { status: 404, code: 'BAD_USER_INPUT', message: `WebSockets are served at ${path}.` },
    key: 'path',
    // Without the query, where a client may have put a credential.
    fields: { path: shorten(url.split('?')[0] ?? '') },
    explanation: `It was sent to another path than ${path}: correct the client, or the path that a proxy passes on.`,
  };
}

const ignoredForwardedHost = 'X-Forwarded-Host is used only where server.trustedProxies has the address of the proxy.';

/** The host that the client of the outermost proxy named. */
function readForwardedHost({ headers }: IncomingMessage): string | null {
  const [first = ''] = [headers['x-forwarded-host'] ?? []].flat().join(',').split(',');
  return first.trim() === '' ? null : first.trim();
}

/** Header values for the log. */
function shorten(text: string): string {
  return text.slice(0, 200);
}

/** For how long one line about a refusal suffices, in milliseconds: a page that is refused tries again all the time. */
const windowMs = 600_000;

/** Lines in that time: any client can invent origins. */
const maxLines = 100;

/** Logs why requests for a WebSocket are refused: browsers show their users nothing but that the connection was closed. */
export class UpgradeRefusalLog {
  readonly #throttle: MessageThrottle;
  readonly #warn: (fields: object, message: string) => void;

  /** `now`: milliseconds of a clock that is never set back. */
  constructor(warn: (fields: object, message: string) => void, now: () => number) {
    this.#throttle = new MessageThrottle({ windowMs, maxKeys: maxLines, now });
    this.#warn = warn;
  }

  record({ refusal, key, fields = {}, explanation }: UpgradeRefusal): void {
    const suppressed = this.#throttle.admit(key);
    if (suppressed === null) return;
    this.#warn({ code: refusal.code, ...fields, ...(suppressed > 0 && { suppressed }) }, `A WebSocket was refused. ${explanation}`);
  }
}
