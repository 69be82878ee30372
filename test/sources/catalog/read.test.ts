import { afterEach, expect, test } from '@jest/globals';

import { SourceProblemError } from '../../../src/model/source-problem.js';
import { CatalogBench, type BenchOptions } from './catalog-bench.js';

let bench: CatalogBench;
const start = async (options?: BenchOptions): Promise<CatalogBench> => (bench = await CatalogBench.start(options));
afterEach(() => bench.close());

test('every id gets its own result: a task, null or a problem', async () => {
  await start();
  bench.plane.addTask({ id: 'good' });
  bench.plane.addTask({ id: 'bad' });
  bench.plane.server.fault = (call, handle) => (call.path.endsWith('/bad') ? 'hang-up' : handle());
  const answers = await bench.source.read(['bad', 'absent', 'good', '..', 'good'], bench.request());
  expect([...answers.keys()]).toEqual(['bad', 'absent', 'good', '..']);
  expect(answers.get('bad')).toMatchObject({ problem: { kind: 'UNREACHABLE' } });
  expect([answers.get('absent'), answers.get('..')]).toEqual([null, null]);
  expect(answers.get('good')).toMatchObject({ sourceTaskId: 'good' });
});

test('tasks are read nine at a time', async () => {
  await start();
  const ids = Array.from({ length: 27 }, (_, place) => bench.plane.addTask({ id: `task-${place}` }));
  const held: (() => void)[] = [];
  let peak = 0;
  bench.plane.server.fault = async (call, handle) => {
    if (!call.path.includes('catalog_tasks')) return handle();
    const released = new Promise<void>((resolve) => held.push(resolve));
    peak = Math.max(peak, held.length);
    if (held.length === 9) {
      // Time enough for a tenth call to come in, were there one.
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      for (const release of held.splice(0)) release();
    }
    await released;
    return handle();
  };
  const answers = await bench.source.read(ids, bench.request());
  expect([...answers.values()].every((answer) => answer !== null && !(answer instanceof SourceProblemError))).toBe(true);
  expect(peak).toBe(9);
});

test.each(['', '.', '..', 'a/b', 'a\\b', '%2e%2e', '?x', '#x', 'a b', 'a\n', 'ä', 'a:b', 'a'.repeat(65), 'a'.repeat(10_240)])(
  'the id %j never reaches the plane',
  async (id) => {
    await start();
    expect(bench.source.isTaskId(id)).toBe(false);
    expect(await bench.answer(id)).toBeNull();
    expect(await bench.list(id)).toEqual({
      tasks: [],
      unchangedIds: [],
      unreadIds: [],
      malformedCount: 0,
      isComplete: true,
      problem: null,
    });
    expect(bench.plane.server.calls).toEqual([]);
  },
);

test.each(['a', 'V1StGXR8Z5jdHi6BmyT7abcdef', '0_-', '-a', '_a', '--', '_', 'a'.repeat(64)])('the id %j may be requested', async (id) => {
  await start();
  expect(bench.source.isTaskId(id)).toBe(true);
  expect(await bench.answer(id)).not.toBeInstanceOf(SourceProblemError);
  expect(bench.requestedIds()).toEqual([id]);
});

test.each([
  [403, 'FORBIDDEN', 'The credentials do not suffice at the plane: their account may lack a role. Its code is x.'],
  [429, 'RATE_LIMITED', 'The plane asks for fewer calls.'],
  [500, 'HTTP_STATUS', 'The plane answered with status 500.'],
  [503, 'HTTP_STATUS', 'The plane answered with status 503.'],
  [301, 'HTTP_STATUS', 'The plane redirects (status 301), which is not followed. Check that url names its API.'],
  [307, 'HTTP_STATUS', 'The plane redirects (status 307), which is not followed. Check that url names its API.'],
  [410, 'HTTP_STATUS', 'The plane answered with status 410.'],
])('status %i is the problem %s, with the request id of the catalog', async (status, kind, message) => {
  await start();
  const id = bench.plane.addTask();
  await bench.reading(id);
  const headers = { location: 'http://127.0.0.1:1/elsewhere', 'retry-after': '700' };
  bench.plane.server.fault = () => ({
    status,
    headers,
    body: { code: 'x', message: 'secret words', request_id: 'req-1', status, path: 'odd', details: null },
  });
  const { problem, retryAfterMs } = await bench.problem(id);
  expect(problem).toEqual({ kind, message, httpStatus: status, referenceToken: 'req-1' });
  expect(retryAfterMs).toBe(700_000);
});

test.each([['{"message":"no","code":"x","status":500}'], ['<html>'], [''], ['null'], ['{"request_id":7}'], ['[]']])(
  'an error body %j without a request id is a problem, too',
  async (body) => {
    await start();
    const id = bench.plane.addTask();
    await bench.reading(id);
    bench.plane.server.fault = () => ({ status: 500, body });
    expect((await bench.problem(id)).problem).toEqual({
      kind: 'HTTP_STATUS',
      message: 'The plane answered with status 500.',
      httpStatus: 500,
      referenceToken: null,
    });
  },
);

test('after a 429 the remaining tasks are not read', async () => {
  await start();
  const ids = Array.from({ length: 20 }, (_, place) => `task-${place}`);
  await bench.answer('task-0');
  bench.plane.server.fault = () => ({ status: 429, headers: { 'retry-after': '300' } });
  const answers = await bench.source.read(ids, bench.request());
  expect([...answers.values()]).toEqual(ids.map(() => expect.objectContaining({ retryAfterMs: 300_000 })));
  expect(bench.requestedIds().length - 1).toBeLessThanOrEqual(9);
});

test('an install in place of the task is not mistaken for it', async () => {
  await start();
  const id = bench.plane.addTask();
  await bench.reading(id);
  bench.plane.server.fault = () => ({ status: 200, body: { id: 'in3def8hij2klm9opq5rst7uvw', status: 'active', package_slug: 'github' } });
  expect((await bench.problem(id)).problem).toMatchObject({ kind: 'MALFORMED_RESPONSE', httpStatus: 200 });
});

test('a silent plane takes no longer than the signal allows', async () => {
  await start();
  const id = bench.plane.addTask();
  await bench.reading(id);
  const controller = new AbortController();
  bench.plane.server.fault = () => {
    controller.abort();
    return 'silence';
  };
  const answers = await bench.source.read([id, 'another'], bench.request(controller.signal));
  expect([...answers.values()]).toMatchObject([{ problem: { kind: 'TIMEOUT' } }, { problem: { kind: 'TIMEOUT' } }]);
});

test('a body over maxBodyMb is refused', async () => {
  await start({ common: { maxBodyBytes: 1000 } });
  const id = bench.plane.addTask({ error_message: 'x'.repeat(2000) });
  expect((await bench.problem(id)).problem.kind).toBe('TOO_LARGE');
});
