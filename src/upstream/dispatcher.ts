import { Agent, type Dispatcher, ProxyAgent } from 'undici';

import type { SourceConnection } from '../task/source/source-module.js';
import { promptConnector } from './prompt-connector.js';

/** A pool for reads, or one connection for one action. */
export interface PlaneDispatcher {
  readonly dispatcher: Dispatcher;
  /** Whether a connection ever stood, so that bytes may have been sent. Behind a proxy: whether the proxy was reached. */
  wasConnected(): boolean;
}

const connectTimeoutMs = 1_000;

/** A name that leads elsewhere is followed by then, in milliseconds, also where the connections are never idle. */
const longestLifeMs = 60_000;

export function createDispatcher(connection: SourceConnection, use: 'shared' | 'single'): PlaneDispatcher {
  const tls = { ...connection.tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const };
  const options: Agent.Options = {
    connections: use === 'single' ? 1 : 16,
    pipelining: 1,
    keepAliveMaxTimeout: longestLifeMs,
    clientTtl: longestLifeMs,
    // The deadline of a read is its signal; these only end what has none, and never before it.
    headersTimeout: connection.timeoutMs + 1_000,
    bodyTimeout: connection.timeoutMs + 1_000,
    maxResponseSize: connection.maxBodyBytes === 0 ? -1 : connection.maxBodyBytes,
  };
  const connect = { ...tls, timeout: Math.min(connectTimeoutMs, connection.timeoutMs) };
  const dispatcher =
    connection.proxy === null
      ? new Agent({ ...options, connect: promptConnector(connect) })
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
