import type { SourceConnection } from '../../src/upstream/connections.js';

/** A source's connection with the defaults of the configuration. */
export function createSourceConnection(url: string, overrides: Partial<SourceConnection> = {}): SourceConnection {
  return {
    name: 'plane',
    displayName: 'Plane',
    url: new URL(url),
    tls: {},
    proxy: null,
    timeoutMs: 5_000,
    actions: { retry: true, cancel: true },
    maxBodyBytes: 64 * 1024 * 1024,
    maxItems: 200_000,
    maxPages: 2_000,
    now: Date.now,
    random: () => 0.5,
    steady: overrides.now ?? (() => performance.now()),
    ...overrides,
  };
}
