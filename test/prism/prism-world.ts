import { expect } from '@jest/globals';

import { AstraSimulator } from '../../src/sources/astra/simulator/astra-simulator.js';
import { startTestGateway, type TestGateway } from '../support/test-gateway.js';
import { queryEveryField, type EveryFieldAnswer } from '../support/query-every-field.js';
import { startPrism } from './prism-server.js';
import { type RewritingProxy, startRewritingProxy } from './rewriting-proxy.js';

/** For each plane, the specification that its mock server is made from, or the seed of that one. */
export type ForEachPlane = Readonly<Record<'catalog' | 'astra' | 'vcf', string>>;

/** `catalog` and `newcomer` are two zones of one catalog: a task that one of them has seen finished is never asked for again. */
export type MockedSource = keyof ForEachPlane | 'newcomer';

/** The order of the configuration; `healthy` is a simulated plane whose tasks stay as they are. */
export const sourceNames = ['catalog', 'newcomer', 'astra', 'vcf', 'healthy'] as const;

/** The tracked task of both catalogs. */
export const catalogTaskId = 'tk3def8hij2klm9opq5rst7uvw';

/** A gateway in front of mock servers and of one healthy plane. */
export interface PrismWorld {
  readonly gateway: TestGateway;
  readonly relays: Readonly<Record<MockedSource, RewritingProxy>>;
  /** Moves the gateway's clock, in milliseconds. */
  passTime(ms: number): void;
  /** Every field of everything; the healthy plane's tasks are all there. */
  everything(): Promise<EveryFieldAnswer>;
  close(): Promise<void>;
}

/** Without seeds the mock servers answer with the examples of their specifications; with them, with what their schemas allow. */
export async function startPrismWorld(specifications: ForEachPlane, seeds: ForEachPlane | null = null): Promise<PrismWorld> {
  const started: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    // The gateway was started last.
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
  specifications: ForEachPlane,
  seeds: ForEachPlane | null,
  started: { close(): Promise<void> }[],
): Promise<Omit<PrismWorld, 'close'>> {
  const begin = Date.UTC(2026, 10, 21, 8);
  let now = begin;
  // Its own clock stands still: it forgets tasks after a day.
  const healthy = await AstraSimulator.start({ seed: 1, name: 'healthy', now: () => begin });
  started.push(healthy);
  const mock = async (plane: keyof ForEachPlane): Promise<string> => {
    const prism = await startPrism(specifications[plane], seeds?.[plane] ?? null);
    started.push(prism);
    return prism.url;
  };
  const [catalogUrl, astraUrl, vcfUrl] = await Promise.all([mock('catalog'), mock('astra'), mock('vcf')]);
  const relays = {
    catalog: await startRewritingProxy(catalogUrl),
    newcomer: await startRewritingProxy(catalogUrl),
    astra: await startRewritingProxy(astraUrl),
    vcf: await startRewritingProxy(vcfUrl),
  };
  started.push(...Object.values(relays).map(({ server }) => server));
  const token = { credentials: { token: 'canary' } };
  const zone = { kind: 'catalog', zoneId: 'zone_1', tasks: [catalogTaskId], ...token };
  const gateway = await startTestGateway(
    [
      { name: 'catalog', url: relays.catalog.server.url, ...zone },
      { name: 'newcomer', url: relays.newcomer.server.url, ...zone },
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
    everything: async () => {
      const answer = await queryEveryField(gateway, sourceNames);
      expect(idsOf(answer)).toEqual(healthyIds);
      return answer;
    },
  };
}

function idsOf(answer: EveryFieldAnswer): string[] {
  return answer
    .tasksOf('healthy')
    .map(({ id }) => String(id))
    .sort();
}
