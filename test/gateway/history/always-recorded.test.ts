import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { LiveWorld } from '../../support/live-world.js';

const vcfTasks = 'subscription { tasksChanged(filter: { sourceNames: ["vcf"] }) { kind } }';
/** One timer of maintenance, and one of each plane. */
const waiting = 4;
let world: LiveWorld;
beforeEach(async () => {
  world = await LiveWorld.start();
});
afterEach(() => world.close());

const lists = (): number => world.calls(world.astra).length;

test('with record: always, every plane is polled at the idle interval while nobody subscribes', async () => {
  const id = world.astra.addTask({ state: 'running' });
  world.gateway.start({ record: 'always' });
  await world.polling(waiting);
  expect(lists()).toBe(1);
  world.astra.setTask(id, { state: 'failed' });
  await world.advance(29_999);
  expect(lists()).toBe(1);
  await world.advance(1);
  expect(lists()).toBe(2);
  expect(await world.graphql('query ($id: ID!) { task(id: $id, maxAgeMs: 60000) { history { status } } }', { id: `astra:${id}` })).toEqual({
    task: { history: [{ status: 'RUNNING' }, { status: 'FAILED' }] },
  });
  await world.gateway.close();
  expect(world.scheduler.count).toBe(0);
});

test('a subscriber gets changes at the active interval, and when it leaves polling is slow again', async () => {
  world.vcf.addTask({ status: 'IN_PROGRESS' });
  world.gateway.start({ record: 'always' });
  await world.polling(waiting);
  const before = world.calls(world.vcf).length;
  const events = await world.watch(vcfTasks);
  await world.advance(5_000);
  expect(world.calls(world.vcf).length).toBeGreaterThan(before);
  expect(world.scheduler.waits).toContain(5_000);
  await events.leave();
  await world.advance(5_000);
  expect(world.scheduler.waits).not.toContain(5_000);
  expect(world.scheduler.count).toBe(waiting);
});

test('with record: watched, no plane is polled while nobody subscribes', async () => {
  world.gateway.start({ record: 'watched' });
  await world.polling(1);
  await world.advance(600_000);
  expect(lists()).toBe(0);
});

test('credentials that a plane refuses are tried once an hour while nobody subscribes', async () => {
  world.astra.server.fault = () => ({ status: 401 });
  world.gateway.start({ record: 'always' });
  await world.polling(waiting);
  const first = lists();
  for (let minute = 1; minute < 60; minute++) await world.advance(60_000);
  expect(lists()).toBe(first);
  await world.advance(60_000);
  expect(lists()).toBeGreaterThan(first);
});
