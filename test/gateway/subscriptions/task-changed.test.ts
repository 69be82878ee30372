import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { waitUntil } from '../../support/wait-until.js';
import type { Caller } from '../../../src/gateway/access/caller.js';
import type { Events } from '../../support/subscription-events.js';
import { LiveWorld } from '../../support/live-world.js';

const document = 'subscription ($id: ID!) { taskChanged(id: $id) { kind previousStatus task { id status nextPollAfterMs } } }';
let world: LiveWorld;
beforeEach(async () => {
  world = await LiveWorld.start();
});
afterEach(() => world.close());

test('it begins with the task as it is now, tells each change once and in order, and completes when the task is finished', async () => {
  const id = world.vcf.addTask({ status: 'PENDING' });
  const events = await world.watch(document, { id: `vcf:${id}` });
  expect(await events.next()).toMatchObject({ kind: 'CURRENT', previousStatus: null, task: { id: `vcf:${id}`, status: 'PENDING' } });
  await world.polling(1);
  await world.advance(5_000);
  world.vcf.setTask(id, { status: 'IN_PROGRESS' });
  await world.advance(5_000);
  expect(await events.next()).toMatchObject({ kind: 'UPDATED', previousStatus: 'PENDING', task: { status: 'RUNNING' } });
  await world.advance(5_000);
  world.vcf.setTask(id, { status: 'SUCCESSFUL' });
  world.scheduler.advance(5_000);
  expect(await events.next()).toMatchObject({ kind: 'UPDATED', previousStatus: 'RUNNING', task: { status: 'SUCCEEDED' } });
  await events.ended();
  expect(events.all).toHaveLength(3);
  expect(world.scheduler.count).toBe(0);
});

test('a finished task is told once; nothing is polled', async () => {
  const events = await world.watch(document, { id: `vcf:${world.vcf.addTask({ status: 'FAILED' })}` });
  expect(await events.next()).toMatchObject({ kind: 'CURRENT', task: { status: 'FAILED', nextPollAfterMs: null } });
  await events.ended();
  expect(world.scheduler.count).toBe(0);
});

test.each(['vcf', 'astra'] as const)('a task that %s no longer has is GONE, with what was last known', async (name) => {
  const plane = world[name];
  const id = name === 'vcf' ? world.vcf.addTask({ status: 'IN_PROGRESS' }) : world.astra.addTask();
  const events = await world.watch(document, { id: `${name}:${id}` });
  await events.next();
  await world.polling(1);
  plane.removeTask(id);
  world.scheduler.advance(5_000);
  expect(await events.next()).toMatchObject({ kind: 'GONE', previousStatus: 'RUNNING', task: { id: `${name}:${id}`, status: 'RUNNING' } });
  await events.ended();
});

test.each(['vcf:none', 'none:x', 'nonsense', ''])('of "%s", which is absent, there is an error, and the end', async (id) => {
  const events = await world.watch(document, { id });
  const { data, errors } = await events.next();
  expect([data, errors.length, errors[0].originalError.code]).toEqual([null, 1, 'BAD_USER_INPUT']);
  await events.ended();
  expect(world.scheduler.count).toBe(0);
});

test('a plane that does not answer gives its problem, and the end', async () => {
  world.vcf.server.fault = () => ({ status: 503, headers: { 'retry-after': '700' } });
  const events = await world.watch(document, { id: 'vcf:6a0c0d0e-0000-4000-8000-000000000001' });
  const { errors } = await events.next();
  expect(errors[0].originalError).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  await events.ended();
});

test('a task on a plane that cannot list need not be tracked to be watched', async () => {
  const id = world.catalog.addTask({ status: 'running' });
  const events = await world.watch(document, { id: `catalog:${id}` });
  await events.next();
  const others = await world.watch('subscription { tasksChanged { kind } }');
  await world.polling(3);
  world.catalog.setTask(id, { status: 'failed' });
  world.scheduler.advance(5_000);
  expect(await events.next()).toMatchObject({ kind: 'UPDATED', task: { status: 'FAILED' } });
  await events.ended();
  expect(others.all).toEqual([]);
});

test('an older answer that comes late neither takes a task back nor brings it back', async () => {
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const gone = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const list = await world.watch('subscription { tasksChanged(filter: { sourceNames: ["vcf"] }) { kind task { id status } } }');
  await world.polling(1);
  let release = (): void => undefined;
  let isHeld = false;
  const held = new Promise<void>((resolve) => (release = resolve));
  world.vcf.server.fault = async ({ path }, handle) => {
    const answer = handle();
    if (path !== '/v1/tasks') return answer;
    isHeld = true;
    await held;
    return answer;
  };
  world.scheduler.advance(5_000);
  await waitUntil(() => isHeld);
  world.scheduler.now += 100;
  world.vcf.setTask(id, { status: 'FAILED' });
  world.vcf.removeTask(gone);
  const { nodes } = world.gateway.createOperation({ id: 'x', may: () => true });
  expect(await nodes.task(`vcf:${id}`, 0)).toMatchObject({ status: 'FAILED' });
  expect(await nodes.task(`vcf:${gone}`, 0)).toMatchObject({ isForgotten: true });
  release();
  await world.polling(1);
  await world.advance(30_000);
  expect(list.all.map(({ data }) => data?.['tasksChanged'])).toEqual([
    { kind: 'UPDATED', task: { id: `vcf:${id}`, status: 'FAILED' } },
    { kind: 'GONE', task: { id: `vcf:${gone}`, status: 'RUNNING' } },
  ]);
});

test('that a task was read again is no change, and neither is that it could not be', async () => {
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const events = await world.watch(document, { id: `vcf:${id}` });
  await events.next();
  await world.polling(1);
  await world.advance(5_000);
  world.vcf.server.fault = () => ({ status: 500 });
  await world.advance(5_000);
  world.vcf.server.fault = null;
  await world.advance(10_000);
  world.vcf.setTask(id, { status: 'FAILED' });
  world.scheduler.advance(5_000);
  expect(await events.next()).toMatchObject({ kind: 'UPDATED', task: { status: 'FAILED' } });
});

test('a source that the caller may not read has no tasks to watch', async () => {
  const caller = { id: 'other', may: (_right: string, name: string) => name !== 'vcf' };
  const events = await world.watch(document, { id: `vcf:${world.vcf.addTask({ status: 'IN_PROGRESS' })}` }, caller);
  expect((await events.next()).errors[0].originalError).toMatchObject({ code: 'BAD_USER_INPUT' });
  await events.ended();
  const list = await world.watch('subscription { tasksChanged { task { id } } }', {}, caller);
  const health = await world.watch('subscription { taskSourceHealthChanged { name } }', {}, caller);
  await world.polling(2);
  expect(world.vcf.server.calls).toEqual([]);
  await Promise.all([list.leave(), health.leave()]);
});

test('a thousand subscribers to a thousand tasks: a change is published to those of its task alone, and all are one poll', async () => {
  const ids = Array.from({ length: 1_000 }, (_, place) => world.vcf.addTask({ status: 'PENDING', name: `task ${place}` }));
  let checks = 0;
  const caller: Caller = { id: 'wallboard', may: () => (checks += 1) > 0 };
  const all: Events[] = [];
  await world.graphql('{ tasks(filter: { sourceNames: ["vcf"] }) { totalCount } }');
  for (const id of ids)
    all.push(await world.watch('subscription ($id: ID!) { taskChanged(id: $id) { task { id } } }', { id: `vcf:${id}` }, caller));
  for (const events of all) await events.next();
  await world.polling(1);
  await world.advance(5_000);
  for (const place of [3, 500, 999]) world.vcf.setTask(ids[place] ?? '', { status: 'IN_PROGRESS' });
  const [calls, checksBefore] = [world.calls(world.vcf).length, checks];
  await world.advance(5_000);
  await waitUntil(() => all.filter((events) => events.unread > 0).length === 3, 'three changes');
  expect(all.flatMap((events, place) => (events.unread === 0 ? [] : [place]))).toEqual([3, 500, 999]);
  // The right to read is checked when a change comes and when it is delivered, and a few times for the answer.
  expect(checks - checksBefore).toBeLessThan(3 * 20);
  // The pages of one list.
  expect(world.calls(world.vcf).length - calls).toBeLessThan(20);
});
