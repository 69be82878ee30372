import { afterEach, expect, test } from '@jest/globals';

import { CatalogBench, type BenchOptions } from './catalog-bench.js';

let bench: CatalogBench;
const start = async (options?: BenchOptions): Promise<CatalogBench> => (bench = await CatalogBench.start(options));
afterEach(() => bench.close());

/** Three tasks of the plane that stay as they are. */
const addThree = (): string[] => ['one', 'two', 'three'].map((id) => bench.plane.addTask({ id, status: 'running' }));

/** Lets the plane answer otherwise for one task. */
function failTask(id: string, answer: { status: number; body?: unknown } | 'hang-up'): void {
  bench.plane.server.fault = (call, handle) => (call.path.endsWith(`/${id}`) ? answer : handle());
}

test('the tracked ids are read in their order, each once, with one call each; those of the configuration are to be tracked from the start', async () => {
  await start({ tasks: ['two', 'one'] });
  addThree();
  const { tasks: readings, ...rest } = await bench.list('two', 'one', 'three', 'three');
  expect(readings.map((reading) => reading.sourceTaskId)).toEqual(['two', 'one', 'three']);
  expect(rest).toEqual({ unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null });
  expect(bench.requestedIds().toSorted()).toEqual(['one', 'three', 'two']);
  expect(bench.source.initialTaskIds).toEqual(['two', 'one']);
});

test('without tracked tasks there is no call', async () => {
  await start();
  expect(await bench.list()).toEqual({ tasks: [], unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null });
  expect(bench.plane.server.calls).toEqual([]);
});

test('a finished task is not read again', async () => {
  await start();
  addThree();
  bench.plane.setTask('two', { status: 'failed', error_message: 'no' });
  await bench.remember('two');
  await bench.remember('one');
  const before = bench.requestedIds().length;
  expect(await bench.list('one', 'two', 'three')).toMatchObject({ unchangedIds: ['two'], unreadIds: [], isComplete: true });
  expect(bench.requestedIds().slice(before).toSorted()).toEqual(['one', 'three']);
});

test('a task that the plane does not have is left out, and the list is complete', async () => {
  await start();
  addThree();
  await bench.remember('two');
  bench.plane.zone.tasks.delete('two');
  const answer = await bench.list('one', 'two', 'never-there');
  expect(answer).toMatchObject({ unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null });
  expect(answer.tasks.map((reading) => reading.sourceTaskId)).toEqual(['one']);
});

test('a task that fails while others succeed stays as it was cached, and the list is not complete', async () => {
  await start();
  addThree();
  await bench.remember('two');
  failTask('two', { status: 503, body: { message: 'later', request_id: 'req-9' } });
  const answer = await bench.list('one', 'two', 'three');
  expect(answer).toMatchObject({
    unchangedIds: [],
    unreadIds: ['two'],
    isComplete: false,
    problem: { kind: 'HTTP_STATUS', httpStatus: 503, referenceToken: 'req-9' },
  });
  expect(answer.tasks.map((reading) => reading.sourceTaskId)).toEqual(['one', 'three']);
  bench.known.clear();
  expect(await bench.list('one', 'two', 'three')).toMatchObject({ unchangedIds: [], unreadIds: [], isComplete: false });
});

test('a malformed task is counted, and stays as it was cached', async () => {
  await start();
  addThree();
  await bench.remember('two');
  failTask('two', { status: 200, body: { status: 'running' } });
  expect(await bench.list('one', 'two')).toMatchObject({
    unchangedIds: [],
    unreadIds: ['two'],
    malformedCount: 1,
    isComplete: true,
    problem: null,
  });
  bench.known.clear();
  expect(await bench.list('two')).toMatchObject({ tasks: [], unchangedIds: [], unreadIds: [], malformedCount: 1, isComplete: true });
});

test('when all reads fail, the first problem is thrown', async () => {
  await start();
  addThree();
  bench.plane.setTask('three', { status: 'failed' });
  await bench.remember('three');
  bench.plane.server.fault = (call, handle) => (call.path.includes('catalog_tasks') ? { status: 502 } : handle());
  await expect(bench.list('one', 'two', 'three')).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    problem: { kind: 'HTTP_STATUS', httpStatus: 502 },
  });
});

test.each([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
])('a %i on one task is thrown, whatever the others are', async (status, kind) => {
  await start();
  addThree();
  failTask('two', { status, body: { message: 'no', code: 'forbidden', status } });
  await expect(bench.list('one', 'two', 'three')).rejects.toMatchObject({ problem: { kind, httpStatus: status } });
});

test('maxItems limits how many are read; the others stay as they were cached', async () => {
  await start({ common: { maxItems: 2 } });
  addThree();
  await bench.remember('three');
  const before = bench.requestedIds().length;
  const answer = await bench.list('one', 'two', 'three', 'four');
  expect(answer).toMatchObject({ unchangedIds: [], unreadIds: ['three'], isComplete: false, problem: null });
  expect(bench.requestedIds().slice(before).toSorted()).toEqual(['one', 'two']);
});

test('0 is no limit', async () => {
  await start({ common: { maxItems: 0 } });
  addThree();
  expect((await bench.list('one', 'two', 'three')).tasks).toHaveLength(3);
});

test('a list never takes the place of reads', async () => {
  await start();
  expect([bench.source.estimateListCalls(null), bench.source.estimateListCalls(1)]).toEqual([Infinity, Infinity]);
  expect([1, 50].map((count) => bench.source.estimateReadCalls(count))).toEqual([1, 50]);
});
