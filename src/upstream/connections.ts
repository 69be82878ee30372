import { Agent, buildConnector, type Dispatcher, errors, ProxyAgent } from 'undici';

import type { TaskActionKind } from '../model/action.js';

/** What the configuration says of every source, whatever its kind, and the clock that the source goes by. */
export interface SourceConnection {
  readonly name: string;
  readonly displayName: string;
  /** Which actions the operator allows. */
  readonly actions: Readonly<Record<Lowercase<TaskActionKind>, boolean>>;
  readonly transport: TransportSettings;
  readonly listLimits: ListLimits;
  readonly clock: SourceClock;
}

/** How the plane is reached. */
export interface TransportSettings {
  /** Base URL; its path, if any, comes before every route. */
  readonly url: URL;
  /** PEM texts. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** URL of an HTTP proxy; null for none. */
  readonly proxy: URL | null;
  /** Milliseconds that a read or an action may take in all, retries and queues included. */
  readonly timeoutMs: number;
  /** Bytes of one response body; 0 is no limit. */
  readonly maxBodyBytes: number;
}

/** How much of one list is read; 0 is no limit. */
export interface ListLimits {
  readonly maxItems: number;
  readonly maxPages: number;
}

/** Time and chance, injected so that tests control them. */
export interface SourceClock {
  /** Milliseconds since 1970, as Date.now. Times that planes report are compared with it. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock, as performance.now. Durations are measured with it. */
  readonly steady: () => number;
  /**
   * From 0 to 1, as Math.random: the jitter of retries and renewals, so that gateways that fail together do not come
   * back together.
   */
  readonly random: () => number;
}

/** A connection pool for reads, or a single connection for one request. */
export interface PlaneDispatcher {
  readonly dispatcher: Dispatcher;
  /**
   * Whether a connection was ever established, so that bytes may have been sent. Behind a proxy: whether the proxy was
   * reached.
   */
  wasConnected(): boolean;
}

/**
 * Every TLS connection to a plane or an issuer: certificates are verified, and nothing older than TLS 1.2 is spoken
 * (RFC 8996).
 */
export const tlsPolicy = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;

/** A plane that has not completed the TCP and TLS handshakes by then will not do so within the deadline either. */
const connectTimeoutMs = 1_000;

/** A changed DNS record is followed within this time, in milliseconds, also by connections that are never idle. */
const maxConnectionAgeMs = 60_000;

export function createDispatcher(transport: TransportSettings, use: 'pool' | 'single'): PlaneDispatcher {
  const { timeoutMs, maxBodyBytes, proxy } = transport;
  const options: Agent.Options = {
    connections: use === 'single' ? 1 : 16,
    pipelining: 1,
    keepAliveMaxTimeout: maxConnectionAgeMs,
    clientTtl: maxConnectionAgeMs,
    // The signal of a read is its deadline. These only end requests without one, so they must never fire before it.
    headersTimeout: timeoutMs + 1_000,
    bodyTimeout: timeoutMs + 1_000,
    maxResponseSize: maxBodyBytes === 0 ? -1 : maxBodyBytes,
  };
  const connect = { ...transport.tls, ...tlsPolicy, timeout: Math.min(connectTimeoutMs, timeoutMs) };
  const dispatcher =
    proxy === null
      ? new Agent({ ...options, connect: connectorWithTimeout(connect) })
      : new ProxyAgent({
          ...options,
          uri: proxy.href,
          requestTls: connect,
          proxyTls: { rejectUnauthorized: true, timeout: connect.timeout },
        });
  let connected = false;
  dispatcher.on('connect', () => {
    connected = true;
  });
  return { dispatcher, wasConnected: () => connected };
}

/**
 * Connects within a timeout. undici checks its own connect timeout only twice a second and fires up to half a second
 * late; it still closes the socket that this one has given up.
 */
function connectorWithTimeout(options: buildConnector.BuildOptions & { readonly timeout: number }): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) => {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      callback(new errors.ConnectTimeoutError(), null);
    }, options.timeout);
    connect(target, (...result) => {
      clearTimeout(timer);
      if (isOver) result[1]?.destroy();
      else callback(...result);
    });
  };
}
