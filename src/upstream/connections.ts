import { Agent, buildConnector, type Dispatcher, errors, ProxyAgent } from 'undici';

import type { TaskActionKind } from '../model/action.js';

/** Keys that every source has, read from the configuration. */
export interface SourceConnection {
  readonly name: string;
  readonly displayName: string;
  /** Base URL; its path, if any, is kept in front of every route. */
  readonly url: URL;
  /** PEM texts. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** URL of an HTTP proxy; null: none. */
  readonly proxy: URL | null;
  /** Milliseconds that a read or an action may take in all. */
  readonly timeoutMs: number;
  /** Which actions the operator allows. */
  readonly actions: Readonly<Record<Lowercase<TaskActionKind>, boolean>>;
  /** Bytes of one answer; 0 is no limit. */
  readonly maxBodyBytes: number;
  /** Tasks of one list; 0 is no limit. */
  readonly maxItems: number;
  /** Pages of one list; 0 is no limit. */
  readonly maxPages: number;
  /** Milliseconds since 1970, as Date.now. What planes say of time is read by it. */
  readonly now: () => number;
  /** Milliseconds that never go back, from any beginning, as performance.now. What lasts is measured by it. */
  readonly steady: () => number;
  /** From 0 to 1, as Math.random; spreads retries and renewals, so that gateways that fail together do not come back together. */
  readonly random: () => number;
}

/** A pool for reads, or one connection for one action. */
export interface PlaneDispatcher {
  readonly dispatcher: Dispatcher;
  /** Whether a connection ever stood, so that bytes may have been sent. Behind a proxy: whether the proxy was reached. */
  wasConnected(): boolean;
}

const connectTimeoutMs = 1_000;

/** A name that leads elsewhere is followed by then, in milliseconds, also where the connections are never idle. */
const maxConnectionAgeMs = 60_000;

export function createDispatcher(connection: SourceConnection, use: 'shared' | 'single'): PlaneDispatcher {
  const tls = { ...connection.tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const };
  const options: Agent.Options = {
    connections: use === 'single' ? 1 : 16,
    pipelining: 1,
    keepAliveMaxTimeout: maxConnectionAgeMs,
    clientTtl: maxConnectionAgeMs,
    // The deadline of a read is its signal; these only end what has none, and never before it.
    headersTimeout: connection.timeoutMs + 1_000,
    bodyTimeout: connection.timeoutMs + 1_000,
    maxResponseSize: connection.maxBodyBytes === 0 ? -1 : connection.maxBodyBytes,
  };
  const connect = { ...tls, timeout: Math.min(connectTimeoutMs, connection.timeoutMs) };
  const dispatcher =
    connection.proxy === null
      ? new Agent({ ...options, connect: connectorWithTimeout(connect) })
      : new ProxyAgent({
          ...options,
          uri: connection.proxy.href,
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
 * Connects within so many milliseconds. undici's own limit is looked at twice a second and comes up to half a second late; it
 * still closes what this one has given up.
 */
export function connectorWithTimeout(options: buildConnector.BuildOptions & { readonly timeout: number }): buildConnector.connector {
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
