import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Events } from '../../support/subscription-events.js';
import { LiveWorld } from '../../support/live-world.js';

const document = 'subscription ($filter: TaskFilter) { tasksChanged(filter: $filter) { kind previousStatus task { id status } } }';
let world: LiveWorld;
beforeEach(async () => {
  world = await LiveWorld.start();
});
afterEach(() => world.close());

const watch = (filter: Readonly<Record<string, unknown>>): Promise<Events> => world.watch(document, { filter });
const brief = ({ kind, previousStatus, task }: { kind: string; previousStatus: string; task: { id: string } }) => [
  kind,
  previousStatus,
  task.id,
];

test('there is no backlog; ENTERED, UPDATED, LEFT and GONE are told as the filter sees them', async () => {
  const old = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const events = await watch({ sourceNames: ['vcf'], isFinished: false });
  await world.polling(1);
  const id = world.vcf.addTask({ status: 'PENDING' });
  await world.advance(5_000);
  expect(brief(await events.next())).toEqual(['ENTERED', null, `vcf:${id}`]);
  world.vcf.setTask(id, { status: 'IN_PROGRESS' });
  await world.advance(5_000);
  expect(brief(await events.next())).toEqual(['UPDATED', 'PENDING', `vcf:${id}`]);
  world.vcf.setTask(id, { status: 'FAILED' });
  await world.advance(5_000);
  expect(brief(await events.next())).toEqual(['LEFT', 'RUNNING', `vcf:${id}`]);
  world.vcf.setTask(id, { status: 'IN_PROGRESS' });
  await world.advance(5_000);
  expect(brief(await events.next())).toEqual(['ENTERED', 'FAILED', `vcf:${id}`]);
  world.vcf.removeTask(old);
  await world.advance(5_000);
  expect(brief(await events.next())).toEqual(['GONE', null, `vcf:${old}`]);
  expect(events.unread).toBe(0);
});

test.each([{ orderBy: null }, { orderBy: { field: 'NAME', direction: 'ASC' } }, { orderBy: { field: 'FINISHED_AT' } }])(
  'an event has the cursor of its task, which tells where it goes in a list ordered by $orderBy',
  async ({ orderBy }) => {
    for (const name of ['Apply a bundle', 'Commission a host']) world.vcf.addTask({ status: 'IN_PROGRESS', name });
    const filter = { sourceNames: ['vcf'], isFinished: false };
    const events = await world.watch(
      'subscription ($filter: TaskFilter, $orderBy: TaskOrder) { tasksChanged(filter: $filter) { kind cursor(orderBy: $orderBy) task { id } } }',
      { filter, orderBy },
    );
    await world.polling(1);
    const id = world.vcf.addTask({ status: 'PENDING', name: 'Back up a manager' });
    await world.advance(5_000);
    const { cursor } = await events.next();
    const list =
      'query ($filter: TaskFilter, $orderBy: TaskOrder, $before: String, $last: Int) { tasks(filter: $filter, orderBy: $orderBy, before: $before, last: $last, maxAgeMs: 0) { edges { cursor node { id } } } }';
    const all = (await world.graphql(list, { filter, orderBy })).tasks.edges;
    const index = all.findIndex(({ node }: { node: { id: string } }) => node.id === `vcf:${id}`);
    expect(all[index].cursor).toBe(cursor);
    const { edges } = (await world.graphql(list, { filter, orderBy, before: cursor, last: 1 })).tasks;
    expect(edges).toEqual(index === 0 ? [] : [all[index - 1]]);
    world.vcf.setTask(id, { status: 'FAILED' });
    await world.advance(5_000);
    expect(await events.next()).toEqual({ kind: 'LEFT', cursor: null, task: { id: `vcf:${id}` } });
  },
);

test('a retry through the gateway is told at once, not at the next poll', async () => {
  const id = world.vcf.addTask({ status: 'FAILED' });
  const events = await watch({ sourceNames: ['vcf'] });
  await world.polling(1);
  world.vcf.server.fault = ({ method }, handle) => {
    const answer = handle();
    if (method === 'PATCH') world.vcf.setTask(id, { status: 'IN_PROGRESS' });
    return answer;
  };
  await world.graphql('mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome } }', { id: `vcf:${id}` });
  expect(await events.next()).toMatchObject({ kind: 'UPDATED', task: { status: 'RUNNING' } });
});

test('after a retry the plane is asked at the active pace, also while it still shows the old status', async () => {
  const id = world.vcf.addTask({ status: 'FAILED' });
  const events = await watch({ sourceNames: ['vcf'] });
  await world.polling(1);
  expect(world.scheduler.waits).toEqual([30_000]);
  world.vcf.server.fault = ({ method }, handle) => (method === 'PATCH' ? { status: 200, body: {} } : handle());
  await world.graphql('mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome } }', { id: `vcf:${id}` });
  expect(world.scheduler.waits).toEqual([5_000]);
  await events.leave();
});

test('a task enters when it is tracked, and leaves when it is untracked', async () => {
  const id = world.catalog.addTask({ status: 'running' });
  const events = await watch({ kinds: ['CATALOG'] });
  await world.polling(1);
  await world.graphql('mutation ($id: String!) { trackTask(input: { sourceName: "catalog", sourceTaskId: $id }) { task { id } } }', { id });
  expect(brief(await events.next())).toEqual(['ENTERED', null, `catalog:${id}`]);
  await world.graphql('mutation ($id: ID!) { untrackTask(input: { id: $id }) { untrackedTaskId } }', { id: `catalog:${id}` });
  expect(brief(await events.next())).toEqual(['LEFT', 'RUNNING', `catalog:${id}`]);
});

test('the first list is no change, also for a task that was read by itself before', async () => {
  await world.graphql('{ task(id: "vcf:none") { id } }');
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  await world.graphql('query ($id: ID!) { task(id: $id) { id } }', { id: `vcf:${id}` });
  const tracked = world.catalog.trackedIds[0] ?? '';
  await world.graphql('query ($id: ID!) { task(id: $id) { id } }', { id: `catalog:${tracked}` });
  const events = await watch({});
  await world.polling(3);
  await world.graphql('mutation ($id: String!) { trackTask(input: { sourceName: "catalog", sourceTaskId: $id }) { task { id } } }', {
    id: world.catalog.addTask({ status: 'running' }),
  });
  expect(brief(await events.next())[0]).toBe('ENTERED');
  expect(events.all).toHaveLength(1);
});

test('tasks of a plane that did not answer before are news when it does', async () => {
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  world.vcf.server.fault = () => ({ status: 500 });
  const events = await watch({ sourceNames: ['vcf'] });
  await world.polling(1);
  world.vcf.server.fault = null;
  await world.advance(60_000);
  expect(brief(await events.next())).toEqual(['ENTERED', null, `vcf:${id}`]);
});

test('a filter that is nested too deep is refused when it is subscribed', async () => {
  let filter = {};
  for (let depth = 0; depth < 6; depth++) filter = { not: filter };
  const result = await world.open(document, { filter });
  expect(result).toMatchObject({ errors: [{ originalError: { code: 'BAD_USER_INPUT' } }] });
});

test('only sources that the filter leaves in are polled', async () => {
  const events = await watch({ kinds: ['ASTRA'] });
  await world.polling(1);
  expect([world.calls(world.vcf).length, world.calls(world.catalog).length]).toEqual([0, 0]);
  expect(world.calls(world.astra).length).toBeGreaterThan(0);
  await events.leave();
});

test('a consumer that does not read finds one event a task, the newest, and what it came to nothing is not told', async () => {
  const id = world.vcf.addTask({ status: 'PENDING' });
  const source = await world.open(document, { filter: { sourceNames: ['vcf'] } });
  if (!('next' in source)) throw new Error('It was refused.');
  await world.polling(1);
  const brieflyThere = world.vcf.addTask({ status: 'IN_PROGRESS' });
  for (const status of ['IN_PROGRESS', 'FAILED', 'IN_PROGRESS', 'SUCCESSFUL']) {
    world.vcf.setTask(id, { status });
    await world.advance(5_000);
    if (status === 'FAILED') world.vcf.removeTask(brieflyThere);
  }
  const other = world.vcf.addTask({ status: 'SUCCESSFUL' });
  await world.advance(30_000);
  const events = [await source.next(), await source.next()].map(({ value }) => value.data.tasksChanged);
  expect(events).toEqual([
    { kind: 'UPDATED', previousStatus: null, task: { id: `vcf:${id}`, status: 'SUCCEEDED' } },
    { kind: 'ENTERED', previousStatus: null, task: { id: `vcf:${other}`, status: 'SUCCEEDED' } },
  ]);
  await source.return?.();
});
