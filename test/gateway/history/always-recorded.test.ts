import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { LiveWorld } from '../../support/live-world.js';
import { refuseWith } from '../../support/plane-errors.js';

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

test('credentials that a plane refuses are tried after 5, 10 and then every 15 minutes while nobody subscribes', async () => {
  world.astra.server.fault = refuseWith(401);
  world.gateway.start({ record: 'always' });
  await world.polling(waiting);
  const triedAt: number[] = [];
  for (let minute = 1; minute <= 60; minute++) {
    const before = lists();
    await world.advance(60_000);
    if (lists() > before) triedAt.push(minute);
  }
  expect(triedAt).toEqual([5, 15, 30, 45, 60]);
  world.astra.server.fault = null;
  for (let minute = 1; minute <= 15; minute++) await world.advance(60_000);
  const recovered = lists();
  await world.advance(30_000);
  expect(lists()).toBe(recovered + 1);
});

test('a page with status 403 of something in front of a plane does not slow the recording down', async () => {
  const page = { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>One moment</html>' };
  world.astra.server.fault = () => page;
  world.gateway.start({ record: 'always' });
  await world.polling(waiting);
  world.astra.server.fault = null;
  const before = lists();
  await world.advance(60_000);
  expect(lists()).toBeGreaterThan(before);
});
