import { expect } from '@jest/globals';

import { AstraSimulator } from '../../src/sources/astra/simulator/astra-simulator.js';
import { startTestGateway, type TestGateway } from '../support/test-gateway.js';
import { queryEveryField, type EveryFieldAnswer } from '../support/query-every-field.js';
import { startPrism } from './prism-server.js';
import { type RewritingProxy, startRewritingProxy } from './rewriting-proxy.js';

/** The specification of the mock server of each plane, or its seed. */
export type PerPlane = Readonly<Record<'catalog' | 'astra' | 'vcf', string>>;

/** `catalog` and `duplicate` are two sources for one catalog: a source never reads a finished task again. */
export type MockedSource = keyof PerPlane | 'duplicate';

/** In the order of the configuration; `healthy` is a simulated plane whose tasks do not change. */
export const sourceNames = ['catalog', 'duplicate', 'astra', 'vcf', 'healthy'] as const;

/** The tracked task of both catalogs. */
export const catalogTaskId = 'tk3def8hij2klm9opq5rst7uvw';

/** A gateway in front of mock servers and one healthy simulator. */
export interface PrismWorld {
  readonly gateway: TestGateway;
  readonly relays: Readonly<Record<MockedSource, RewritingProxy>>;
  /** Moves the gateway's clock, in milliseconds. */
  passTime(ms: number): void;
  /** Queries every field, and expects all tasks of the healthy plane. */
  queryAll(): Promise<EveryFieldAnswer>;
  close(): Promise<void>;
}

/** Without seeds, the mock servers respond with the examples of their specifications; with seeds, with generated values. */
export async function startPrismWorld(specifications: PerPlane, seeds: PerPlane | null = null): Promise<PrismWorld> {
  const started: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    // The gateway was started last and is closed first.
    for (const each of started.reverse()) await each.close();
  };
  try {
    return { ...(await start(specifications, seeds, started)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  specifications: PerPlane,
  seeds: PerPlane | null,
  started: { close(): Promise<void> }[],
): Promise<Omit<PrismWorld, 'close'>> {
  const begin = Date.UTC(2026, 10, 21, 8);
  let now = begin;
  // Its clock is fixed, because it removes tasks after a day.
  const healthy = await AstraSimulator.start({ seed: 1, name: 'healthy', now: () => begin });
  started.push(healthy);
  const mock = async (plane: keyof PerPlane): Promise<string> => {
    const prism = await startPrism(specifications[plane], seeds?.[plane] ?? null);
    started.push(prism);
    return prism.url;
  };
  const [catalogUrl, astraUrl, vcfUrl] = await Promise.all([mock('catalog'), mock('astra'), mock('vcf')]);
  const relays = {
    catalog: await startRewritingProxy(catalogUrl),
    duplicate: await startRewritingProxy(catalogUrl),
    astra: await startRewritingProxy(astraUrl),
    vcf: await startRewritingProxy(vcfUrl),
  };
  started.push(...Object.values(relays).map(({ server }) => server));
  const token = { credentials: { token: 'canary' } };
  const zone = { kind: 'catalog', zoneId: 'zone_1', tasks: [catalogTaskId], ...token };
  const gateway = await startTestGateway(
    [
      { name: 'catalog', url: relays.catalog.server.url, ...zone },
      { name: 'duplicate', url: relays.duplicate.server.url, ...zone },
      { name: 'astra', kind: 'astra', url: relays.astra.server.url, accountId: '00000000-0000-4000-8000-000000000000', ...token },
      { name: 'vcf', kind: 'vcf', url: relays.vcf.server.url, credentials: { username: 'a', password: 'canary' } },
      { name: 'healthy', kind: 'astra', url: healthy.url, ...healthy.settings },
    ],
    { now: () => now },
  );
  started.push(gateway.gateway);
  const healthyIds = healthy.tasks.map(({ id }) => `healthy:${String(id)}`).sort();
  expect(healthyIds.length).toBeGreaterThan(10);
  return {
    gateway,
    relays,
    passTime: (ms) => void (now += ms),
    queryAll: async () => {
      const answer = await queryEveryField(gateway, sourceNames);
      expect(listHealthyIds(answer)).toEqual(healthyIds);
      return answer;
    },
  };
}

function listHealthyIds(answer: EveryFieldAnswer): string[] {
  return answer
    .tasksOf('healthy')
    .map(({ id }) => String(id))
    .sort();
}
