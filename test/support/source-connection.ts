import type { ListLimits, SourceClock, SourceConnection, TransportSettings } from '../../src/upstream/connections.js';

/** What a test sets of a connection, whichever part of it it belongs to. */
export type ConnectionOverrides = Partial<
  Pick<SourceConnection, 'name' | 'displayName' | 'actions'> & TransportSettings & ListLimits & SourceClock
>;

/** The connection of a source with the defaults of the configuration. */
export function createSourceConnection(url: string, overrides: ConnectionOverrides = {}): SourceConnection {
  const { now = Date.now } = overrides;
  return {
    name: overrides.name ?? 'plane',
    displayName: overrides.displayName ?? 'Plane',
    actions: overrides.actions ?? { retry: true, cancel: true },
    transport: {
      url: overrides.url ?? new URL(url),
      tls: overrides.tls ?? {},
      proxy: overrides.proxy ?? null,
      timeoutMs: overrides.timeoutMs ?? 5_000,
      maxBodyBytes: overrides.maxBodyBytes ?? 64 * 1024 * 1024,
    },
    listLimits: { maxItems: overrides.maxItems ?? 200_000, maxPages: overrides.maxPages ?? 2_000 },
    clock: {
      now,
      steady: overrides.steady ?? overrides.now ?? (() => performance.now()),
      random: overrides.random ?? (() => 0.5),
    },
  };
}
