import { Agent, buildConnector, type Dispatcher, errors, ProxyAgent } from 'undici';

import type { TransportSettings } from './source-settings.js';

/** A connection pool, or a single connection for one request. */
interface PlaneDispatcher {
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

/**
 * How long a connection for reads is kept without a request, in milliseconds, where the plane does not say itself how long it keeps it:
 * longer than from one poll to the next. Should the plane have closed it before, the read is sent again over a new one.
 */
const keepAliveMs = 30_000;

/**
 * The connections for reads. A pool serves for a minute; then a new one does, and the old one ends with the reads that it still has. The
 * option `clientTtl` of undici would not do: where all connections of a pool have grown old, it waits for one of them to become free.
 */
export class ReadConnections {
  readonly #transport: TransportSettings;
  /** Milliseconds of a clock that is never set back. */
  readonly #monotonic: () => number;
  /** The newest pool, and older ones with reads that have not ended. */
  readonly #pools = new Set<Dispatcher>();
  #current: { readonly pool: Dispatcher; readonly since: number } | null = null;

  constructor(transport: TransportSettings, monotonic: () => number) {
    this.#transport = transport;
    this.#monotonic = monotonic;
  }

  /** For a read that begins now. */
  get dispatcher(): Dispatcher {
    const now = this.#monotonic();
    if (this.#current !== null && now - this.#current.since < maxConnectionAgeMs) return this.#current.pool;
    if (this.#current !== null) void this.#retire(this.#current.pool);
    const { dispatcher: pool } = createDispatcher(this.#transport, 'pool');
    this.#pools.add(pool);
    this.#current = { pool, since: now };
    return pool;
  }

  /** Closes the connections as soon as no read uses them. A read that begins later opens others. */
  async closeIdle(): Promise<void> {
    if (this.#current === null) return;
    const { pool } = this.#current;
    this.#current = null;
    await this.#retire(pool);
  }

  /** Closes all connections; running reads fail. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#pools].map((pool) => pool.destroy()));
  }

  async #retire(pool: Dispatcher): Promise<void> {
    await pool.close().catch(() => undefined);
    this.#pools.delete(pool);
  }
}

export function createDispatcher(transport: TransportSettings, use: 'pool' | 'single'): PlaneDispatcher {
  const { timeoutMs, maxBodyBytes, proxy } = transport;
  const options: Agent.Options = {
    connections: use === 'single' ? 1 : 16,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: maxConnectionAgeMs,
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
    let state: 'connecting' | 'connected' | 'given up' = 'connecting';
    const giveUp = (): void => {
      if (state !== 'connecting') return;
      state = 'given up';
      callback(new errors.ConnectTimeoutError(), null);
    };
    // An event loop that was blocked runs its timers before it looks at its sockets: not the plane was slow then.
    const timer = setTimeout(() => setImmediate(giveUp), options.timeout);
    connect(target, (...result) => {
      clearTimeout(timer);
      if (state === 'given up') return void result[1]?.destroy();
      state = 'connected';
      callback(...result);
    });
  };
}
