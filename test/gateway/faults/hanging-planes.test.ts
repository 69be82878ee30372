import { readFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { AstraSimulator } from '../../../src/sources/astra/simulator/astra-simulator.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { Deadlines } from '../../support/doubles/deadlines.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import type { Json } from '../../support/post.js';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.js';
import { waitUntil } from '../../support/wait-until.js';
import { Certificates, openssl } from '../../upstream/certificates.js';
import { HangingFront, waysToHang } from './hanging-front.js';

const waitMs = 500;
/** That of the hanging planes alone. */
const timeoutMs = 7_778;

const nameOf = (way: string): string => way.replaceAll(' ', '-').toLowerCase();
const hanging = waysToHang.map(nameOf);
const query = `query ($maxAgeMs: Int, $filter: TaskFilter) {
  tasks(first: 200, maxAgeMs: $maxAgeMs, filter: $filter) {
    nodes { id warnings { __typename } }
    sources { __typename taskCount source { name } problem { kind } ... on TaskSourceUnavailable { retryAfterMs } }
  }
}`;

describeWith(openssl)('planes that hang in every way', () => {
  const deadlines = new Deadlines();
  const certificates = new Certificates();
  const closing: (() => Promise<void>)[] = [];
  let planes: readonly AstraSimulator[];
  let healthy: AstraSimulator;
  let fronts: readonly HangingFront[];
  let scheduler: ManualScheduler;
  let gateway: TestGateway;

  beforeAll(() => {
    certificates.authority('authority');
    certificates.server('plane', 'authority', 'IP:127.0.0.1', ['20260101000000Z', '20991231000000Z']);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  afterAll(() => {
    deadlines.giveBack();
    certificates.remove();
  });

  /** A gateway in front of a plane for each way to hang, and of one that is well. */
  async function start(): Promise<void> {
    scheduler = new ManualScheduler();
    const now = (): number => scheduler.now;
    const tls = {
      key: readFileSync(certificates.file('plane').replace(/pem$/, 'key'), 'utf8'),
      cert: readFileSync(certificates.file('plane'), 'utf8'),
    };
    const isSecure = (way: string): boolean => way.includes('TLS');
    planes = await Promise.all(
      waysToHang.map((way) => AstraSimulator.start({ seed: 1, name: nameOf(way), now, ...(isSecure(way) && { tls }) })),
    );
    healthy = await AstraSimulator.start({ seed: 1, name: 'healthy', now });
    fronts = await Promise.all(planes.map((plane) => HangingFront.start(plane.url)));
    const sources = waysToHang.map((way, index) => ({
      name: nameOf(way),
      kind: 'astra',
      url: `${isSecure(way) ? 'https' : 'http'}://127.0.0.1:${fronts[index]?.port}`,
      ...planes[index]?.settings,
      timeoutMs,
      ...(isSecure(way) && { tls: { caFile: certificates.file('authority') } }),
    }));
    gateway = await startTestGateway([...sources, { name: 'healthy', kind: 'astra', url: healthy.url, ...healthy.settings }], {
      now,
      scheduler,
      readFile: (path) => readFileSync(path, 'utf8'),
      configuration: { reads: { waitMs } },
    });
    closing.push(
      async () => void (await Promise.all([...planes, healthy].map((plane) => plane.close()))),
      async () => void (await Promise.all(fronts.map((front) => front.close()))),
      () => gateway.gateway.close(),
    );
  }

  const hang = async (): Promise<void> =>
    void (await Promise.all(fronts.map((front, index) => front.hang(waysToHang[index] ?? 'never answers'))));

  /** A list, a moment after the one before. */
  async function list(maxAgeMs: number | undefined, filter: Json = null): Promise<Json> {
    scheduler.advance(1);
    const { data, errors } = await gateway.graphql(query, { maxAgeMs, filter });
    expect(errors).toBeUndefined();
    return data.tasks;
  }

  /** What became of each source, for sources that hang as one word where it is the same. */
  function outcomes({ sources }: Json): Json {
    const byName = sources.map(({ __typename: type, source, problem }: Json) => [source.name, `${type} ${kindOf(problem)}`.trim()]);
    const well = byName.filter(([name]: Json) => !hanging.includes(name));
    return {
      ...Object.fromEntries(well),
      hanging: [...new Set(byName.filter(([name]: Json) => hanging.includes(name)).map(([, what]: Json) => what))],
    };
  }

  /** A machine that is slow enough sees its connections time out before the test ends their deadline, and the circuit open. */
  const kindOf = (problem: Json): string => (problem?.kind === 'CIRCUIT_OPEN' ? 'TIMEOUT' : (problem?.kind ?? ''));

  /** Ends once all that hang have been waited for so long as a list waits, and what is well has answered. */
  async function afterWait(begin: () => Promise<Json>, count = hanging.length): Promise<Json> {
    let isOver = false;
    const result = begin().finally(() => (isOver = true));
    const waiting = (): number => scheduler.waits.filter((ms) => ms === waitMs).length;
    await waitUntil(() => (waiting() > 0 && waiting() <= count) || isOver, 'that a list waits for nothing but what hangs');
    if (isOver) throw new Error(`It did not wait: ${JSON.stringify(outcomes(await result))}`);
    scheduler.advance(waitMs);
    return result;
  }

  /** Ends once the deadline of those that hang has passed; a list that stops waiting before that makes it fail. */
  async function afterDeadline(begin: () => Promise<Json>): Promise<Json> {
    return deadlines.endAfterOne(
      timeoutMs,
      () => {
        scheduler.advance(waitMs);
        return true;
      },
      begin,
    );
  }

  const unavailable = { healthy: 'TaskSourceAnswered', hanging: ['TaskSourceUnavailable TIMEOUT'] };
  const stale = { healthy: 'TaskSourceAnswered', hanging: ['TaskSourceStale TIMEOUT'] };

  test('of which nothing is known: the first list waits for the deadline, later ones for waitMs, unless they ask for maxAgeMs 0', async () => {
    await start();
    await hang();
    expect(outcomes(await afterDeadline(() => list(undefined)))).toEqual(unavailable);
    for (const maxAgeMs of [undefined, 60_000]) {
      const later = await afterWait(() => list(maxAgeMs));
      expect([maxAgeMs, outcomes(later)]).toEqual([maxAgeMs, unavailable]);
      expect(later.nodes.length).toBe(healthy.tasks.length);
      const pauses = later.sources.flatMap(({ retryAfterMs }: Json) => retryAfterMs ?? []);
      expect(pauses.every((ms: number) => ms > 0)).toBe(true);
    }
    expect(outcomes(await afterDeadline(() => list(0)))).toEqual(unavailable);
  });

  test('whose tasks are known: these are shown as stale after waitMs, with maxAgeMs 0 after the deadline, and at once where they are fresh enough', async () => {
    await start();
    const before = await list(undefined);
    await hang();
    scheduler.advance(2_000);
    expect(outcomes(await list(60_000))).toEqual({ healthy: 'TaskSourceAnswered', hanging: ['TaskSourceAnswered'] });
    expect(outcomes(await afterWait(() => list(undefined)))).toEqual(stale);
    // That others wait for newer data costs nothing where older data will do.
    expect(outcomes(await list(60_000))).toEqual({ healthy: 'TaskSourceAnswered', hanging: ['TaskSourceAnswered'] });
    scheduler.advance(60_000);
    const after = await afterWait(() => list(60_000));
    expect(outcomes(after)).toEqual(stale);
    expect(after.nodes.map(({ id }: Json) => id)).toEqual(before.nodes.map(({ id }: Json) => id));
    const isMarked = ({ warnings }: Json): boolean => warnings.some(({ __typename }: Json) => __typename === 'StaleDataWarning');
    expect(after.nodes.filter(isMarked).length).toBe(before.nodes.length - healthy.tasks.length);
    expect(outcomes(await afterDeadline(() => list(0)))).toEqual(stale);

    // A filter decides who is waited for: what is well costs nothing, one source its deadline, and two of them waitMs.
    expect(outcomes(await list(undefined, { sourceNames: ['healthy'] }))).toEqual({ healthy: 'TaskSourceAnswered', hanging: [] });
    const one = await afterDeadline(() => list(undefined, { sourceNames: hanging.slice(0, 1) }));
    expect(outcomes(one)).toEqual({ hanging: ['TaskSourceStale TIMEOUT'] });
    for (const name of hanging) {
      const both = await afterWait(() => list(undefined, { sourceNames: [name, 'healthy'] }), 1);
      expect([name, outcomes(both)]).toEqual([name, stale]);
    }
  });
});
