import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

/** Longer than the default of `reads.maxAgeMs`. */
const staleMs = 1_500;

let world: World;
/** Ids at the plane, newest first: five pages. */
let ids: readonly string[];
beforeEach(async () => {
  world = await World.start();
  world.planes['vcf-sfo'].clear();
  ids = world.planes['vcf-sfo'].fill(500);
  await list();
});
afterEach(() => world.close());

/** All tasks of the site that match, after the data grew old. */
async function list(filter: Readonly<Record<string, unknown>> = {}): Promise<Json> {
  world.passTime(staleMs);
  world.forgetCalls();
  const query = `query ($filter: TaskFilter) { tasks(filter: $filter, first: 200) {
    totalCount nodes { sourceTaskId status } sources { ... on TaskSourceAnswered { isComplete taskCount } } } }`;
  const { data, errors } = await world.graphql(query, { filter: { sourceNames: ['vcf-sfo'], ...filter } });
  expect(errors).toBeUndefined();
  return data.tasks;
}

const calls = (): readonly string[] => world.calls('vcf-sfo').map(({ method, path }) => `${method} ${path}`);

test('a cached list is refreshed with two calls, and still has every task', async () => {
  expect(await list()).toMatchObject({ totalCount: 500, sources: [{ isComplete: true, taskCount: 500 }] });
  expect(calls().toSorted()).toEqual(['GET /v1/credentials/tasks', 'GET /v1/tasks']);
});

test('a task that starts, runs and ends is refreshed until its end, wherever it is in the list', async () => {
  const old = ids[250] ?? '';
  world.planes['vcf-sfo'].setTask(old, { status: 'IN_PROGRESS', completionTimestamp: undefined });
  // Another client started it again on an older page: the next whole list tells.
  expect(await list({ isFinished: false })).toMatchObject({ totalCount: 0 });
  world.passTime(60_000);
  expect(await list({ isFinished: false })).toMatchObject({ nodes: [{ sourceTaskId: old }] });
  expect(calls()).toHaveLength(6);
  expect(await list({ isFinished: false })).toMatchObject({ totalCount: 1 });
  expect(calls().toSorted()).toEqual(['GET /v1/credentials/tasks', 'GET /v1/tasks', `GET /v1/tasks/${old}`]);
  world.planes['vcf-sfo'].setTask(old, { status: 'SUCCESSFUL' });
  expect(await list({ isFinished: false })).toMatchObject({ totalCount: 0 });
  await list();
  expect(calls()).toHaveLength(2);
});

test('a removed task of an older page is gone with the next list, because the plane counts fewer, or where it is read by id', async () => {
  const [one, other] = [ids[150] ?? '', ids[151] ?? ''];
  world.planes['vcf-sfo'].removeTask(one);
  world.planes['vcf-sfo'].removeTask(other);
  const { data } = await world.graphql('query ($id: ID!) { task(id: $id, maxAgeMs: 0) { warnings { __typename } } }', {
    id: `vcf-sfo:${one}`,
  });
  // What was kept of it is still there to be read.
  expect(data.task).toEqual({ warnings: [{ __typename: 'StaleDataWarning' }] });
  expect((await list()).totalCount).toBe(498);
  // The next list is cheap again.
  await list();
  expect(calls().toSorted()).toEqual(['GET /v1/credentials/tasks', 'GET /v1/tasks']);
});

test('a task of an older page that is retried through the gateway is refreshed until it has ended', async () => {
  const plane = world.planes['vcf-sfo'];
  const old = ids[280] ?? '';
  plane.setTask(old, { status: 'FAILED', isRetryable: true });
  world.passTime(60_000);
  expect(await list({ statuses: ['FAILED'] })).toMatchObject({ totalCount: 1 });
  const { data } = await world.graphql('mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome task { status } } }', {
    id: `vcf-sfo:${old}`,
  });
  expect(data.retryTask.outcome).toBe('ACCEPTED');
  // The plane takes its time; what it shows afterwards is looked at all the same.
  plane.setTask(old, { status: 'FAILED' });
  await list();
  expect(calls()).toContain(`GET /v1/tasks/${old}`);
  plane.setTask(old, { status: 'IN_PROGRESS' });
  expect(await list({ isFinished: false })).toMatchObject({ nodes: [{ sourceTaskId: old, status: 'RUNNING' }] });
  plane.setTask(old, { status: 'SUCCESSFUL' });
  expect(await list({ statuses: ['FAILED', 'RUNNING'] })).toMatchObject({ totalCount: 0 });
});

test('a delta that fails in part marks the tasks that it could not read as stale, and no others', async () => {
  const [failing, running] = [ids[320] ?? '', ids[420] ?? ''];
  for (const id of [failing, running]) world.planes['vcf-sfo'].setTask(id, { status: 'IN_PROGRESS' });
  world.passTime(60_000);
  await list();
  world.planes['vcf-sfo'].server.fault = (call, handle) => (call.path.endsWith(failing) ? { status: 500 } : handle());
  world.passTime(staleMs);
  const { data } =
    await world.graphql(`{ tasks(filter: { sourceNames: ["vcf-sfo"] }, first: 200, orderBy: { field: CREATED_AT, direction: ASC }) {
    totalCount nodes { sourceTaskId warnings { __typename } } sources { ... on TaskSourceAnswered { isComplete problem { kind } } } } }`);
  expect(data.tasks).toMatchObject({ totalCount: 500, sources: [{ isComplete: false, problem: { kind: 'HTTP_STATUS' } }] });
  const stale = data.tasks.nodes.filter(({ warnings }: Json) => warnings.length > 0);
  expect(stale.map(({ sourceTaskId }: Json) => sourceTaskId)).toEqual([failing]);
});
