import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';

import { CatalogSimulator } from '../../../../src/sources/catalog/simulator/catalog-simulator.js';
import { CatalogBench } from '../catalog-bench.js';

let bench: CatalogBench;
beforeEach(async () => {
  bench = await CatalogBench.start();
});
afterEach(() => bench.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function send(method: 'GET' | 'POST' | 'DELETE', route: string, body?: unknown): Promise<Answer> {
  const { statusCode, body: answered } = await request(`${bench.plane.url}/zones/${bench.plane.zone.id}${route}`, {
    method,
    headers: { authorization: `Bearer ${bench.plane.tokens.issue()}` },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: statusCode, body: (await answered.json()) as Record<string, unknown> };
}

test('a demo zone has a task of every state and operation, one with a warning, and some that start later', async () => {
  const tasks = [...bench.plane.zone.tasks.values()].flatMap(({ body }) => (body === null ? [] : [body]));
  expect(new Set(tasks.map((body) => body['status']))).toEqual(new Set(['pending', 'running', 'completed', 'failed']));
  expect(new Set(tasks.map((body) => body['operation']))).toEqual(new Set(['create', 'delete']));
  expect(tasks.filter((body) => Array.isArray(body['warnings']))).toHaveLength(1);
  expect(tasks.some((body) => body['links'] === null) && tasks.some((body) => Array.isArray(body['links']))).toBe(true);
  expect(bench.plane.trackedIds).toContain('V1StGXR8Z5jdHi6BmyT7abcdef');
  expect(bench.plane.trackedIds.length).toBeGreaterThan(tasks.length);
});

test('every tracked task starts in time, most end by themselves, and each can be read in every state', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 120; round++) {
    const { tasks: readings, malformedCount, isComplete } = await bench.list(...bench.plane.trackedIds);
    expect([malformedCount, isComplete]).toEqual([0, true]);
    for (const reading of readings) {
      const task = reading.translate();
      expect(task.warnings.filter((warning) => warning.__typename !== 'CatalogWarning')).toEqual([]);
      seen.add(task.status);
      bench.known.set(task.sourceTaskId, { ...task, changedAt: bench.now, observedAt: bench.now });
    }
    bench.now += 10_000;
    bench.plane.advance(10_000);
  }
  expect([...seen].toSorted()).toEqual(['FAILED', 'PENDING', 'RUNNING', 'SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS']);
  const tasks = bench.plane.trackedIds.map((id) => bench.known.get(id));
  expect(tasks.filter((task) => task?.isFinished === false)).toHaveLength(3);
  expect(tasks).not.toContain(undefined);
});

test.each([1, 2, 3, 7])(
  'for a day at least one task is unfinished and updated, with at most 12 calls a refresh, with seed %i',
  async (seed) => {
    const plane = await CatalogSimulator.start({ seed, name: 'test', now: () => bench.now });
    const bodies = (): Record<string, unknown>[] => [...plane.zone.tasks.values()].flatMap(({ body }) => (body === null ? [] : [body]));
    const isUnderWay = ({ status }: Record<string, unknown>): boolean => status === 'pending' || status === 'running';
    const changes = new Set<unknown>();
    for (let minute = 0; minute < 24 * 60; minute++) {
      const underWay = bodies().filter(isUnderWay);
      const notBegun = plane.trackedIds.length - bodies().length;
      expect(underWay.length).toBeGreaterThan(0);
      expect(underWay.length + notBegun).toBeLessThanOrEqual(12);
      changes.add(JSON.stringify(underWay.map((body) => body['updated_at'])));
      bench.now += 60_000;
      plane.advance(60_000);
    }
    expect(changes.size).toBe(24 * 60);
    await plane.close();
  },
);

test('in the first minutes tasks of the demo start and end', () => {
  const statuses = (): Map<string, unknown> => new Map([...bench.plane.zone.tasks].map(([id, { body }]) => [id, body?.['status']]));
  const before = statuses();
  bench.plane.advance(330_000);
  const after = statuses();
  const ended = [...after].filter(([id, status]) => status !== before.get(id) && (status === 'completed' || status === 'failed'));
  expect(ended.length).toBeGreaterThanOrEqual(5);
  expect([...after].filter(([id, status]) => before.get(id) === undefined && status !== undefined).length).toBeGreaterThanOrEqual(2);
});

test('the same seed and name give the same tasks, another name gives others', async () => {
  const now = (): number => bench.now;
  const [same, other] = await Promise.all([
    CatalogSimulator.start({ seed: 7, name: 'test', now }),
    CatalogSimulator.start({ seed: 7, name: 'elsewhere', now }),
  ]);
  expect(same.settings).toEqual(bench.plane.settings);
  expect(other.settings['tasks']).not.toEqual(bench.plane.settings['tasks']);
  await Promise.all([same.close(), other.close()]);
});

test('installing and removing a package starts tasks that can be followed', async () => {
  const [offered] = bench.plane.zone.packages;
  const created = await send('POST', '/installs', { package_id: offered?.id, version: 2 });
  expect(created).toMatchObject({ status: 202, body: { operation: 'create', status: 'pending', package_version: 2 } });
  const install = `/installs/${String(created.body['install_id'])}`;
  expect(await send('GET', install)).toMatchObject({ status: 200, body: { status: 'pending' } });
  expect(await send('DELETE', install)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  bench.plane.advance(200_000);
  bench.plane.setTask(String(created.body['id']), { status: 'completed' });
  expect(await send('GET', install)).toMatchObject({ status: 200, body: { status: 'active' } });
  const removed = await send('DELETE', install);
  expect(removed).toMatchObject({ status: 202, body: { operation: 'delete', status: 'pending' } });
  expect(await send('GET', install)).toMatchObject({ status: 200, body: { status: 'deleting' } });
});

test.each([
  ['POST', '/installs', {}, 400, 'validation_error'],
  ['POST', '/installs', { package_id: 'none' }, 404, 'not_found'],
  ['DELETE', '/installs/none', undefined, 404, 'not_found'],
  ['GET', '/installs/none', undefined, 404, 'not_found'],
  ['GET', '/catalog_tasks', undefined, 404, 'not_found'],
  ['DELETE', '/catalog_tasks/none', undefined, 404, 'not_found'],
] as const)('%s %s with %j is %i', async (method, route, body, status, code) => {
  expect(await send(method, route, body)).toMatchObject({ status, body: { status, code, path: `/zones/${bench.plane.zone.id}${route}` } });
});

test('installs come by pages', async () => {
  const first = await send('GET', '/installs?limit=2');
  const { after_cursor: after } = first.body['pagination'] as Record<string, unknown>;
  const second = await send('GET', `/installs?limit=100&after=${String(after)}`);
  expect(first.body['items']).toHaveLength(2);
  expect(second.body['pagination']).toMatchObject({ after_cursor: null });
  const ids = [first, second].flatMap(({ body }) => (body['items'] as { id: string }[]).map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

test('an expired token is not accepted', async () => {
  const route = `${bench.plane.url}/zones/${bench.plane.zone.id}/installs`;
  const headers = { authorization: `Bearer ${bench.plane.tokens.issue()}` };
  expect((await request(route, { headers })).statusCode).toBe(200);
  bench.now += 3_600_000;
  expect((await request(route, { headers })).statusCode).toBe(401);
});
