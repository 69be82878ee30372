import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { SimulatorClient, startOfTests } from './simulator-client.js';

let client: SimulatorClient;

beforeEach(async () => {
  client = await SimulatorClient.start();
  client.simulator.clear();
});
afterEach(() => client.simulator.close());

async function idsOf(path: string): Promise<unknown[]> {
  return (await client.list(path)).map((task) => task['id']);
}

test('an unknown task is 404 with TA_TASK_NOT_FOUND and a reference token of six characters', async () => {
  expect(await client.get('/v1/tasks/nobody')).toMatchObject({
    status: 404,
    body: { errorCode: 'TA_TASK_NOT_FOUND', arguments: ['nobody'], referenceToken: expect.stringMatching(/^[A-Z0-9]{6}$/) },
  });
});

test('a list in mixed case has a task whose own route spells its status in upper case', async () => {
  const id = client.simulator.addTask({ status: 'Timed Out' });
  expect((await client.list('/v1/tasks'))[0]).toMatchObject({ id, status: 'Timed Out' });
  expect(await client.statusOf(id)).toBe('TIMED_OUT');
});

test.each([0, 1] as const)('pages count from %s, and each of 250 tasks is on exactly one', async (base) => {
  client.simulator.pageBase = base;
  const ids = client.simulator.fill(250);
  const pages = await Promise.all([0, 1, 2].map((page) => idsOf(`/v1/tasks?pageSize=100&pageNumber=${page + base}`)));
  expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
  expect(pages.flat()).toEqual(ids);
  expect((await client.get(`/v1/tasks?pageSize=100&pageNumber=${2 + base}`)).body['pageMetadata']).toEqual({
    pageNumber: 2 + base,
    pageSize: 50,
    totalElements: 250,
    totalPages: 3,
  });
});

test.each([0, 1] as const)('without a page number the first page comes, of 100, with the number %s', async (base) => {
  client.simulator.pageBase = base;
  const ids = client.simulator.fill(101);
  expect(await idsOf('/v1/tasks')).toEqual(ids.slice(0, 100));
  expect((await client.get('/v1/tasks')).body['pageMetadata']).toMatchObject({ pageNumber: base, pageSize: 100, totalPages: 2 });
});

test.each(['pageSize=101', 'pageSize=0', 'pageNumber=-1', 'limit=many', 'completedAfter=2026-03-01'])('%s is 400', async (query) => {
  expect((await client.get(`/v1/tasks?${query}`)).status).toBe(400);
});

test('where pages count from 1, page 0 is 400; a page beyond the last is empty', async () => {
  client.simulator.fill(3);
  expect(await idsOf('/v1/tasks?pageNumber=7')).toEqual([]);
  client.simulator.pageBase = 1;
  expect((await client.get('/v1/tasks?pageNumber=0')).status).toBe(400);
});

test('page metadata can be absent', async () => {
  client.simulator.withPageMetadata = false;
  client.simulator.fill(2);
  expect((await client.get('/v1/tasks?pageSize=1')).body).toEqual({ elements: [expect.anything()] });
});

test('a legacy plane answers everything at once, ignores what came later and has no isRetryable', async () => {
  client.simulator.legacy = true;
  client.simulator.fill(120);
  const { body } = await client.get('/v1/tasks?pageSize=10&pageNumber=-4&taskName=nothing&orderBy=name&orderDirection=ASC');
  expect(Object.keys(body)).toEqual(['elements']);
  const tasks = await client.list('/v1/tasks?pageSize=10&pageNumber=3&taskName=nothing');
  expect(tasks).toHaveLength(120);
  expect(tasks.filter((task) => 'isRetryable' in task)).toEqual([]);
  expect(await idsOf('/v1/tasks?limit=5')).toHaveLength(5);
  expect((await client.get(`/v1/tasks/${String(tasks[0]?.['id'])}`)).body).not.toHaveProperty('isRetryable');
});

test('the order is newest first, or oldest first, or as asked for', async () => {
  const newestFirst = client.simulator.fill(5);
  expect(await idsOf('/v1/tasks')).toEqual(newestFirst);
  expect(await idsOf('/v1/tasks?orderDirection=asc')).toEqual(newestFirst.toReversed());
  expect(await idsOf('/v1/tasks?orderBy=name&orderDirection=ASC')).toEqual(newestFirst);
  client.simulator.newestFirst = false;
  expect(await idsOf('/v1/tasks')).toEqual(newestFirst.toReversed());
});

test('each filter keeps what it says', async () => {
  const resources = [{ resourceId: 'host-1', type: 'Esxi' }];
  const failed = client.simulator.addTask({ status: 'Failed', type: 'HOST_COMMISSION', name: 'Commissioning host one', resources });
  client.simulator.addTask({ status: 'SUCCESSFUL', resources: [{ resourceId: 'cluster-1', type: 'Cluster' }], name: 'Adding cluster one' });
  client.simulator.addTask({ status: 'IN_PROGRESS', resources: null, type: undefined, name: 'Something else' });
  const filters = [
    'taskStatus=FAILED',
    'taskType=HOST_COMMISSION',
    'resourceId=host-1',
    'resourceType=Esxi',
    'taskName=host',
    'taskStatus=Failed&taskName=one',
  ];
  for (const filter of filters) expect(await idsOf(`/v1/tasks?${filter}`)).toEqual([failed]);
  expect(await idsOf('/v1/tasks?status=FAILED')).toHaveLength(3);
});

test('completedAfter keeps successful and failed tasks that ended after it', async () => {
  const at = (ms: number): { completionTimestamp: string } => ({ completionTimestamp: new Date(startOfTests + ms).toISOString() });
  const later = [
    client.simulator.addTask({ status: 'Successful', ...at(-10) }),
    client.simulator.addTask({ status: 'FAILED', ...at(-20) }),
  ];
  client.simulator.addTask({ status: 'SUCCESSFUL', ...at(-5_000) });
  client.simulator.addTask({ status: 'CANCELLED', ...at(-10) });
  client.simulator.addTask({ status: 'IN_PROGRESS', ...at(-10) });
  expect((await idsOf(`/v1/tasks?completedAfter=${startOfTests - 1_000}`)).toSorted()).toEqual(later.toSorted());
});

test('a test can add, change and remove any task', async () => {
  const id = client.simulator.addTask({ id: 'mine', status: 42, subTasks: [null], isRetryable: undefined });
  expect((await client.get('/v1/tasks/mine')).body).toMatchObject({ id, status: 42, subTasks: [null] });
  expect((await client.get('/v1/tasks/mine')).body).not.toHaveProperty('isRetryable');
  client.simulator.setTask(id, { status: 'Queued' });
  expect(await client.statusOf(id)).toBe('QUEUED');
  client.simulator.removeTask(id);
  expect((await client.get('/v1/tasks/mine')).status).toBe(404);
  expect(() => client.simulator.setTask(id, {})).toThrow();
});

test('an unknown route is 404, and a trailing slash is ignored', async () => {
  client.simulator.fill(1);
  expect((await client.get('/v1/hosts')).status).toBe(404);
  expect((await client.send('POST', '/v1/tasks')).status).toBe(404);
  expect(await idsOf('/v1/tasks/')).toHaveLength(1);
});
