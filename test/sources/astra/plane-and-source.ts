import { astra } from '../../../src/sources/astra/astra-source.js';
import { AstraSimulator } from '../../../src/sources/astra/simulator/astra-simulator.js';
import type { PlaneResponse } from '../../../src/sources/simulation/plane-server.js';
import type { ListRequest, Source } from '../../../src/sources/source.js';
import { type SourceSettingsOverrides, createSourceSettings } from '../../support/source-settings.js';

/** A simulated plane, a source that reads it, and the clock of the plane. */
export interface PlaneAndSource {
  readonly plane: AstraSimulator;
  readonly source: Source;
  /** What every read takes. */
  readonly request: ListRequest;
  /** Milliseconds since 1970, as the plane sees it. */
  readonly clock: { now: number };
  /** Another source of the same plane. */
  sourceWith(overrides: SourceSettingsOverrides, token?: string): Source;
  close(): Promise<void>;
}

export const startOfPlane = Date.UTC(2026, 0, 15, 12);

export async function startPlaneAndSource(seed = 1): Promise<PlaneAndSource> {
  const clock = { now: startOfPlane };
  const plane = await AstraSimulator.start({ seed, name: 'test', now: () => clock.now });
  const sources: Source[] = [];
  const sourceWith = (overrides: SourceSettingsOverrides, token?: string): Source => {
    const settings = astra.settings.parse({ ...plane.settings, ...(token === undefined ? {} : { credentials: { token } }) });
    const source = astra.create(createSourceSettings(plane.url, { name: 'astra-test', timeoutMs: 60_000, ...overrides }), settings);
    sources.push(source);
    return source;
  };
  return {
    plane,
    source: sourceWith({}),
    request: { signal: AbortSignal.timeout(60_000), cachedTask: () => undefined, trackedIds: [] },
    clock,
    sourceWith,
    async close() {
      await Promise.all(sources.map((source) => source.upstream.close()));
      await plane.close();
    },
  };
}

/** A problem document, as the plane would send it. */
export function problemAnswer(status: number, number: number, more: Readonly<Record<string, unknown>> = {}): PlaneResponse {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { type: `https://astra.netapp.io/problems/${number}`, title: 'A title', detail: 'A detail.', status: String(status), ...more },
  };
}
