import type { ListLimits, SourceClock, SourceSettings, TransportSettings } from '../../src/upstream/source-settings.js';
import { hangMs } from './wait-until.js';

/** What a test sets of the settings, whichever part of them it belongs to. */
export type SourceSettingsOverrides = Partial<
  Pick<SourceSettings, 'name' | 'displayName' | 'actions'> & TransportSettings & ListLimits & SourceClock
>;

/** The settings of a source with the defaults of the configuration, apart from the deadline, which only bounds a hang. */
export function createSourceSettings(url: string, overrides: SourceSettingsOverrides = {}): SourceSettings {
  const { now = Date.now } = overrides;
  return {
    name: overrides.name ?? 'plane',
    displayName: overrides.displayName ?? 'Plane',
    actions: overrides.actions ?? { retry: true, cancel: true },
    transport: {
      url: overrides.url ?? new URL(url),
      tls: overrides.tls ?? {},
      proxy: overrides.proxy ?? null,
      timeoutMs: overrides.timeoutMs ?? hangMs,
      maxBodyBytes: overrides.maxBodyBytes ?? 64 * 1024 * 1024,
    },
    listLimits: { maxItems: overrides.maxItems ?? 200_000, maxPages: overrides.maxPages ?? 2_000 },
    clock: {
      now,
      monotonic: overrides.monotonic ?? overrides.now ?? (() => performance.now()),
      random: overrides.random ?? (() => 0.5),
    },
  };
}
