import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type WireObject, filterObjects, toText } from '../../../../src/sources/vcf/simulator/wire-format.js';
import { SimulatorClient } from './simulator-client.js';

/** Named in schema/operations. */
const namedTasks = {
  runningDomain: '15820818-fd83-4aa2-87cc-569ac51a70b9',
  runningUpgrade: '85a921f5-0893-4a09-ac1d-46c70958b0c5',
  failedHost: 'c1d15ad1-5b1a-446e-b6ec-0999726181ab',
  failedCluster: 'c49a63f2-03ed-4b9f-8762-bde5b1c7de7c',
};

const clients: SimulatorClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map(({ simulator }) => simulator.close()));
});

async function start(options: { seed?: number; name?: string } = {}): Promise<SimulatorClient> {
  const client = await SimulatorClient.start(options);
  clients.push(client);
  return client;
}

/** Both lists, whole. */
async function worldOf(client: SimulatorClient): Promise<{ tasks: WireObject[]; credentials: WireObject[]; text: string }> {
  const [tasks, more, credentials] = [
    await client.get('/v1/tasks'),
    await client.get('/v1/tasks?pageNumber=1'),
    await client.get('/v1/credentials/tasks'),
  ];
  return {
    tasks: [...filterObjects(tasks.body['elements']), ...filterObjects(more.body['elements'])],
    credentials: filterObjects(credentials.body['elements']),
    text: tasks.text + more.text + credentials.text,
  };
}

function depthOf(task: WireObject): number {
  return 1 + Math.max(0, ...filterObjects(task['subTasks']).map(depthOf));
}

test('every documented status is there from the start, and an undocumented one', async () => {
  const { tasks, credentials } = await worldOf(await start());
  const statuses = new Set(tasks.map((task) => task['status']));
  const upper = ['PENDING', 'QUEUED', 'IN_PROGRESS', 'SUCCESSFUL', 'COMPLETED_WITH_WARNING', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'SKIPPED'];
  const mixed = ['Pending', 'Queued', 'In Progress', 'Successful', 'Failed', 'Cancelled', 'Timed Out'];
  expect([...statuses].toSorted()).toEqual([...upper, ...mixed, 'AWAITING_APPROVAL'].toSorted());
  const ofCredentials = new Set(credentials.map((task) => task['status']));
  expect([...ofCredentials].toSorted()).toEqual(['FAILED', 'INCONSISTENT', 'IN_PROGRESS', 'PENDING', 'SUCCESSFUL', 'USER_CANCELLED']);
  expect(new Set(credentials.map((task) => task['type']))).toEqual(new Set(['ROTATE', 'UPDATE', 'REMEDIATE', 'UPDATE_AUTO_ROTATE_POLICY']));
  expect(tasks.length).toBeGreaterThanOrEqual(25);
  expect(tasks.length).toBeLessThanOrEqual(35);
});

test.each(['vcf-sfo', 'vcf-lax', 'x'])('the unusual tasks of real planes are there from the start at %s', async (name) => {
  const { tasks, credentials, text } = await worldOf(await start({ name, seed: 3 }));
  const some = (is: (task: WireObject) => boolean): boolean => tasks.some(is);
  const hosts = tasks.flatMap((task) => filterObjects(task['resources'])).filter((resource) => resource['type'] === 'Esxi');
  expect(Math.max(...tasks.map(depthOf))).toBe(4);
  expect(
    some((task) => String(task['status']).toUpperCase() === 'FAILED' && Array.isArray(task['errors']) && task['errors'].length === 0),
  ).toBe(true);
  expect(some((task) => Array.isArray(task['subTasks']) && task['subTasks'].includes(null))).toBe(true);
  expect(some((task) => task['resources'] === null && task['errors'] === null)).toBe(true);
  expect(some((task) => toText(task['creationTimestamp']).startsWith('1970-'))).toBe(true);
  expect(some((task) => Object.keys(task).length === 4)).toBe(true);
  expect(some((task) => task['status'] === 'FAILED' && !('isRetryable' in task))).toBe(true);
  expect(some((task) => task['status'] === 'Failed' && task['isRetryable'] === false)).toBe(true);
  expect(hosts.length).toBeGreaterThan(new Set(hosts.map((host) => host['resourceId'])).size);
  for (const word of [
    'nestedErrors',
    'causes',
    'notifications',
    'documentationLink',
    '"errorType":"WARNING"',
    'localizableDescriptionPack',
    'RESOLVED',
    'NOT_APPLICABLE',
  ]) {
    expect(text).toContain(word);
  }
  expect(
    credentials.some((task) => filterObjects(task['subTasks']).some((subtask) => filterObjects(subtask['dependentSubTasks']).length > 0)),
  ).toBe(true);
});

test('a failed task without errors has its reason in a stage, three levels down', async () => {
  const { tasks } = await worldOf(await start());
  const task = tasks.find(
    ({ errors, status, type }) => status === 'FAILED' && type === 'DOMAIN_CREATION' && filterObjects(errors).length === 0,
  );
  const below = (node: WireObject): WireObject[] => [node, ...filterObjects(node['subTasks']).flatMap(below)];
  const reasons = below(task ?? {})
    .flatMap((node) => filterObjects(node['stages']))
    .flatMap((stage) => filterObjects(stage['errors']));
  expect(reasons).toEqual([expect.objectContaining({ errorCode: 'ADAPTER_IN_USE' })]);
});

test('pending subtasks say that they ended when they were created', async () => {
  const { tasks } = await worldOf(await start());
  const pending = tasks.flatMap((task) => filterObjects(task['subTasks'])).filter((subtask) => subtask['status'] === 'PENDING');
  expect(pending.some((subtask) => subtask['completionTimestamp'] === subtask['creationTimestamp'])).toBe(true);
});

test('two sites of one seed differ, and so do two seeds of one site but for the tasks that have a name', async () => {
  const worlds = await Promise.all([start(), start({ name: 'vcf-lax' }), start({ seed: 2 })].map(async (client) => worldOf(await client)));
  const [sfo = [], lax = [], otherSeed = []] = worlds.map(
    ({ tasks, credentials }) => new Set([...tasks, ...credentials].map(({ id }) => id)),
  );
  expect([...sfo].filter((id) => new Set(lax).has(id))).toEqual([]);
  expect([...sfo].filter((id) => new Set(otherSeed).has(id))).toHaveLength(7);
});

test.each([1, 2, 7])(
  'with seed %i, two named tasks run for an hour and can be cancelled, two have failed and can be retried',
  async (seed) => {
    const client = await start({ seed });
    const named = async (...fields: readonly string[]): Promise<unknown[][]> => {
      const answers = await Promise.all(Object.values(namedTasks).map((id) => client.get(`/v1/tasks/${id}`)));
      return answers.map(({ body }) => fields.map((field) => body[field]));
    };
    const [running, failed] = [
      ['IN_PROGRESS', true, false],
      ['FAILED', false, true],
    ];
    for (const minutes of [0, 20, 20, 19]) {
      client.simulator.advance(minutes * 60_000);
      expect(await named('status', 'isCancellable', 'isRetryable')).toEqual([running, running, failed, failed]);
    }
    await client.send('DELETE', `/v1/tasks/${namedTasks.runningDomain}`);
    await client.send('PATCH', `/v1/tasks/${namedTasks.failedHost}`);
    client.simulator.advance(150_000);
    expect(await named('status')).toEqual([['CANCELLED'], ['SUCCESSFUL'], ['SUCCESSFUL'], ['FAILED']]);
  },
);

test('the same seed gives the same tasks, however the time is divided and however often they are read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 8 }), async (pieces) => {
      const [whole, cut] = [await start(), await start()];
      whole.simulator.advance(pieces.reduce((sum, ms) => sum + ms, 0));
      for (const ms of pieces) {
        cut.simulator.advance(ms);
        await cut.get('/v1/tasks/nobody');
      }
      expect((await worldOf(cut)).text).toBe((await worldOf(whole)).text);
    }),
    { numRuns: 12 },
  );
});

test('for hours tasks start and end: some run, some fail, and there are never more than 120', async () => {
  const client = await start();
  const seen = new Map<unknown, Set<unknown>>();
  const counts: number[] = [];
  for (let minute = 0; minute < 180; minute++) {
    client.simulator.advance(60_000);
    if (minute % 3 !== 0) continue;
    const { tasks, credentials } = await worldOf(client);
    expect(new Set([...tasks, ...credentials].map((task) => task['id'])).size).toBeLessThanOrEqual(120);
    counts.push(tasks.filter((task) => String(task['status']).toUpperCase().replace(' ', '_') === 'IN_PROGRESS').length);
    for (const task of tasks) seen.set(task['id'], (seen.get(task['id']) ?? new Set()).add(String(task['status']).toUpperCase()));
  }
  const outcomes = [...seen.values()];
  expect(seen.size).toBeGreaterThan(200);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...counts)).toBeLessThanOrEqual(8);
  expect(outcomes.filter((statuses) => statuses.has('FAILED')).length).toBeGreaterThan(10);
  expect(outcomes.filter((statuses) => statuses.has('SUCCESSFUL')).length).toBeGreaterThan(100);
});

test('a task that fails while time passes says why, nested, and in the subtask that failed', async () => {
  const client = await start();
  const known = new Set((await worldOf(client)).tasks.map((task) => task['id']));
  client.simulator.advance(1_800_000);
  const { tasks } = await worldOf(client);
  const failed = tasks.filter((task) => !known.has(task['id']) && ['FAILED', 'Failed'].includes(String(task['status'])));
  expect(failed.length).toBeGreaterThan(0);
  for (const task of failed) {
    expect(task).toMatchObject({ isRetryable: true, isCancellable: false, errors: [{ nestedErrors: [{ causes: [expect.anything()] }] }] });
    expect(filterObjects(task['subTasks']).some((subtask) => subtask['status'] === 'FAILED')).toBe(true);
  }
});

test('an empty world stays empty', async () => {
  const client = await start();
  client.simulator.clear();
  client.simulator.advance(3_600_000);
  expect(await worldOf(client)).toMatchObject({ tasks: [], credentials: [] });
});
