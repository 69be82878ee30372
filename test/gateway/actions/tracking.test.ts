import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';
import { RecordingStore } from './recording-store.js';

let world: World;
let store: RecordingStore;
beforeEach(async () => {
  world = await World.start({ store: (now) => (store = new RecordingStore(now)) });
});
afterEach(() => world.close());

const errorFields = `errors {
  __typename
  ... on TaskActionErrorFields { message path }
  ... on TaskNotFoundError { taskId }
  ... on TaskSourceError { problem { kind httpStatus } isRetryable retryAfterMs }
}`;

async function track(sourceTaskId: string, sourceName = 'catalog-demo'): Promise<Json> {
  const query = `mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id status } ${errorFields} clientMutationId } }`;
  return (await world.graphql(query, { input: { sourceName, sourceTaskId, clientMutationId: 'c' } })).data.trackTask;
}

async function untrack(id: string): Promise<Json> {
  const query = `mutation ($input: UntrackTaskInput!) { untrackTask(input: $input) { untrackedTaskId ${errorFields} clientMutationId } }`;
  return (await world.graphql(query, { input: { id, clientMutationId: 'c' } })).data.untrackTask;
}

async function listed(): Promise<string[]> {
  const { data } = await world.graphql('{ tasks(first: 200, filter: { sourceNames: ["catalog-demo"] }) { nodes { id } } }');
  return data.tasks.nodes.map((task: { id: string }) => task.id);
}

const newTask = () => world.planes['catalog-demo'].addTask({ package_slug: 'nginx' });

test('a task is in the list as soon as it is tracked, and not any more as soon as it is untracked', async () => {
  const sourceTaskId = newTask();
  const id = `catalog-demo:${sourceTaskId}`;
  const before = await listed();
  expect(before).not.toContain(id);
  expect(await track(sourceTaskId)).toEqual({ task: { id, status: 'PENDING' }, errors: [], clientMutationId: 'c' });
  expect((await listed()).toSorted()).toEqual([...before, id].toSorted());
  expect(await untrack(id)).toEqual({ untrackedTaskId: id, errors: [], clientMutationId: 'c' });
  expect((await listed()).toSorted()).toEqual(before.toSorted());
  world.passTime(60_000);
  expect(await listed()).not.toContain(id);
});

test('a tracked task is read with each list, which shows its changes', async () => {
  const sourceTaskId = newTask();
  await track(sourceTaskId);
  world.planes['catalog-demo'].setTask(sourceTaskId, { status: 'failed', error_message: 'no' });
  world.passTime(5_000);
  const { data } = await world.graphql(
    '{ tasks(first: 200, filter: { sourceNames: ["catalog-demo"], statuses: [FAILED] }) { nodes { id } } }',
  );
  expect(data.tasks.nodes).toContainEqual({ id: `catalog-demo:${sourceTaskId}` });
});

test('tracking a task twice has the effect of tracking it once', async () => {
  const sourceTaskId = newTask();
  await track(sourceTaskId);
  expect(await track(sourceTaskId)).toMatchObject({ task: { id: `catalog-demo:${sourceTaskId}` }, errors: [] });
  expect((await listed()).filter((id) => id === `catalog-demo:${sourceTaskId}`)).toHaveLength(1);
  await untrack(`catalog-demo:${sourceTaskId}`);
  expect(await untrack(`catalog-demo:${sourceTaskId}`)).toMatchObject({
    untrackedTaskId: null,
    errors: [{ __typename: 'TaskNotFoundError' }],
  });
});

test('reading a task by its id does not track it', async () => {
  const sourceTaskId = newTask();
  const query = 'query ($id: String!) { taskBySourceTaskId(sourceName: "catalog-demo", sourceTaskId: $id) { id } }';
  expect((await world.graphql(query, { id: sourceTaskId })).data.taskBySourceTaskId).toEqual({ id: `catalog-demo:${sourceTaskId}` });
  expect(await listed()).not.toContain(`catalog-demo:${sourceTaskId}`);
  expect(await untrack(`catalog-demo:${sourceTaskId}`)).toMatchObject({ errors: [{ __typename: 'TaskNotFoundError' }] });
});

test('an id that the plane does not have is not tracked', async () => {
  expect(await track('nothing-of-this-kind')).toMatchObject({
    task: null,
    errors: [{ __typename: 'TaskNotFoundError', taskId: 'catalog-demo:nothing-of-this-kind', path: ['input', 'sourceTaskId'] }],
  });
  expect(await store.tracking.readTrackedIds('catalog-demo')).not.toContain('nothing-of-this-kind');
});

test.each(['../installs', 'a/b', '..', '', ' ', 'a?b', 'a#b', '%2e%2e', 'ä', 'x'.repeat(65), 'a\u0000b'])(
  'an id that cannot exist, %j, is not sent to the plane',
  async (sourceTaskId) => {
    expect(await track(sourceTaskId)).toMatchObject({ task: null, errors: [{ __typename: 'TaskNotFoundError' }] });
    expect(await untrack(`catalog-demo:${sourceTaskId}`)).toMatchObject({
      untrackedTaskId: null,
      errors: [{ __typename: 'TaskNotFoundError' }],
    });
    expect(world.calls('catalog-demo')).toEqual([]);
  },
);

test('an unknown source is a TaskSourceNotFoundError', async () => {
  for (const name of ['nowhere', '', 'constructor', '__proto__']) {
    expect(await track('a', name)).toMatchObject({
      task: null,
      errors: [{ __typename: 'TaskSourceNotFoundError', path: ['input', 'sourceName'] }],
    });
  }
  expect(await untrack('nowhere:a')).toMatchObject({
    errors: [{ __typename: 'TaskNotFoundError', taskId: 'nowhere:a', path: ['input', 'id'] }],
  });
  expect(await untrack('source:catalog-demo')).toMatchObject({ errors: [{ __typename: 'TaskNotFoundError' }] });
});

test('a plane that lists its tasks needs no tracking', async () => {
  for (const name of ['astra-demo', 'vcf-sfo'] as const) {
    expect(await track('11111111-1111-4111-8111-111111111111', name)).toMatchObject({
      task: null,
      errors: [{ __typename: 'TaskTrackingNotNeededError', path: ['input', 'sourceName'] }],
    });
    expect(await untrack(`${name}:a`)).toMatchObject({ errors: [{ __typename: 'TaskTrackingNotNeededError', path: ['input', 'id'] }] });
    expect(world.calls(name)).toEqual([]);
  }
});

test('when the plane does not answer, the error is a TaskSourceError, and nothing is tracked', async () => {
  const sourceTaskId = newTask();
  world.planes['catalog-demo'].server.fault = () => ({ status: 503, headers: { 'retry-after': '900' } });
  expect(await track(sourceTaskId)).toMatchObject({
    task: null,
    errors: [
      {
        __typename: 'TaskSourceError',
        problem: { httpStatus: 503 },
        isRetryable: true,
        retryAfterMs: 900_000,
        path: ['input', 'sourceTaskId'],
      },
    ],
  });
  expect(await store.tracking.readTrackedIds('catalog-demo')).not.toContain(sourceTaskId);
});

test('when the store fails, only the mutation fails, and the task is not shown as tracked', async () => {
  store.broken.add('track');
  const sourceTaskId = newTask();
  expect(await track(sourceTaskId)).toMatchObject({
    task: null,
    errors: [
      { __typename: 'TaskSourceError', path: ['input', 'sourceTaskId'], message: expect.stringContaining('cannot write to its store') },
    ],
  });
  expect(world.log.join('')).toContain('The store cannot do track.');
  expect(await listed()).not.toContain(`catalog-demo:${sourceTaskId}`);
});

test('ids of the configuration are tracked from the start, and can be untracked', async () => {
  const { trackedIds } = world.planes['catalog-demo'];
  const ids = await listed();
  expect(ids.length).toBeGreaterThan(5);
  expect(trackedIds.map((sourceTaskId) => `catalog-demo:${sourceTaskId}`)).toEqual(expect.arrayContaining(ids));
  const [id = ''] = ids;
  expect(await untrack(id)).toMatchObject({ untrackedTaskId: id });
  world.passTime(60_000);
  expect(await listed()).not.toContain(id);
});

test('a tracked task that the plane has forgotten is no longer listed; its history is deleted when it is untracked', async () => {
  const sourceTaskId = newTask();
  const id = `catalog-demo:${sourceTaskId}`;
  await track(sourceTaskId);
  world.planes['catalog-demo'].zone.tasks.delete(sourceTaskId);
  world.passTime(5_000);
  const { data, errors } = await world.graphql(
    'query ($id: ID!) { tasks(first: 200) { nodes { id } } task(id: $id) { id warnings { __typename } } }',
    { id },
  );
  expect(errors).toBeUndefined();
  expect(data.tasks.nodes).not.toContainEqual({ id });
  expect(data.task).toMatchObject({ id, warnings: [{ __typename: 'StaleDataWarning' }] });
  expect(await untrack(id)).toMatchObject({ untrackedTaskId: id });
  const after = await world.graphql('query ($id: ID!) { task(id: $id) { id } }', { id });
  expect(after.data.task).toBeNull();
});

test('a task that is tracked while a list is being read stays in the list', async () => {
  const sourceTaskId = newTask();
  await world.graphql('query ($id: ID!) { task(id: $id) { id } }', { id: `catalog-demo:${sourceTaskId}` });
  world.passTime(5_000);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let begun = (): void => undefined;
  const underWay = new Promise<void>((resolve) => (begun = resolve));
  world.planes['catalog-demo'].server.fault = async ({ path }, handle) => {
    if (path.endsWith(sourceTaskId)) return handle();
    begun();
    await held;
    return handle();
  };
  const list = listed();
  await underWay;
  world.passTime(1);
  expect(await track(sourceTaskId)).toMatchObject({ errors: [] });
  release();
  await list;
  expect(await listed()).toContain(`catalog-demo:${sourceTaskId}`);
});
