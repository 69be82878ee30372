import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { LiveWorld } from '../../support/live-world.js';

const vcfTasks = 'subscription { tasksChanged(filter: { sourceNames: ["vcf"] }) { kind task { id status } } }';
const oneTask = 'subscription ($id: ID!) { taskChanged(id: $id) { kind task { status nextPollAfterMs } } }';
let world: LiveWorld;
let random = 0.5;
beforeEach(async () => {
  random = 0.5;
  world = await LiveWorld.start({ random: () => random });
});
afterEach(() => world.close());

const vcfCalls = (): number => world.calls(world.vcf).length;

test('nobody watches: nothing is asked; the last one leaves: it stops at once', async () => {
  expect(world.scheduler.count).toBe(0);
  const [one, other] = [await world.watch(vcfTasks), await world.watch(vcfTasks)];
  await world.polling(1);
  await one.leave();
  expect(world.scheduler.count).toBe(1);
  await other.leave();
  await other.leave();
  expect(world.scheduler.count).toBe(0);
  const before = vcfCalls();
  world.scheduler.advance(100_000);
  expect(vcfCalls()).toBe(before);
});

test('leaving in the middle of a poll leaves nothing behind', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  world.vcf.server.fault = async (_call, handle) => held.then(handle);
  const events = await world.watch(vcfTasks);
  await events.leave();
  release();
  const again = await world.watch(vcfTasks);
  await world.polling(1);
  await again.leave();
  expect(world.scheduler.count).toBe(0);
});

test('leaving while the task is first read is immediate, and nothing is polled afterwards', async () => {
  world.vcf.server.fault = () => 'silence';
  const events = await world.watch(oneTask, { id: `vcf:${world.vcf.addTask({ status: 'IN_PROGRESS' })}` });
  await events.leave();
  await events.ended();
  expect([events.all, world.scheduler.count]).toEqual([[], 0]);
});

test('the pace is active while something unfinished is watched, and idle otherwise', async () => {
  const events = await world.watch(vcfTasks);
  await world.polling(1);
  expect(world.scheduler.waits).toEqual([30_000]);
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  await world.advance(30_000);
  expect(world.scheduler.waits).toEqual([5_000]);
  world.vcf.setTask(id, { status: 'SUCCESSFUL' });
  await world.advance(5_000);
  expect(world.scheduler.waits).toEqual([30_000]);
  await events.leave();
});

test('an idle poller is woken when a query sees that something began', async () => {
  const events = await world.watch(vcfTasks);
  await world.polling(1);
  world.vcf.addTask({ status: 'IN_PROGRESS' });
  world.scheduler.now += 2_000;
  await world.graphql('{ tasks(filter: { sourceNames: ["vcf"] }) { totalCount } }');
  expect(world.scheduler.waits).toEqual([3_000]);
  await events.leave();
});

test.each([
  [0, 4_500],
  [0.5, 5_000],
  [1, 5_500],
])('with %d at random, 5 seconds become %d ms', async (value, waits) => {
  random = value;
  world.vcf.addTask({ status: 'IN_PROGRESS' });
  const events = await world.watch(vcfTasks);
  await world.polling(1);
  expect(world.scheduler.waits).toEqual([waits]);
  await events.leave();
});

test('failures double the wait, to one minute at most; an answer ends that', async () => {
  world.vcf.addTask({ status: 'IN_PROGRESS' });
  const events = await world.watch(vcfTasks);
  await world.polling(1);
  world.vcf.server.fault = () => ({ status: 500 });
  const waits: (number | undefined)[] = [];
  for (let failure = 0; failure < 8; failure++) {
    await world.advance(world.scheduler.waits[0] ?? 0);
    waits.push(world.scheduler.waits[0]);
  }
  expect(waits).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
  world.vcf.server.fault = null;
  await world.advance(60_000);
  expect(world.scheduler.waits).toEqual([5_000]);
  await events.leave();
});

test('Retry-After holds, also for subscribers that come after all others left', async () => {
  const events = await world.watch(vcfTasks);
  await world.polling(1);
  world.vcf.server.fault = () => ({ status: 429, headers: { 'retry-after': '600' } });
  await world.advance(30_000);
  expect(world.scheduler.waits).toEqual([600_000]);
  await events.leave();
  const before = vcfCalls();
  world.scheduler.now += 100_000;
  const again = await world.watch(vcfTasks);
  expect([world.scheduler.waits, vcfCalls()]).toEqual([[500_000], before]);
  await again.leave();
});

test('nextPollAfterMs of a watched task is the time until the next poll', async () => {
  random = 1;
  const id = `vcf:${world.vcf.addTask({ status: 'IN_PROGRESS' })}`;
  const readNextPoll = async () =>
    (await world.graphql('query ($id: ID!) { task(id: $id) { nextPollAfterMs } }', { id })).task.nextPollAfterMs;
  expect(await readNextPoll()).toBe(5_000);
  const events = await world.watch(oneTask, { id });
  await events.next();
  await world.polling(1);
  expect([await readNextPoll(), world.scheduler.waits[0]]).toEqual([5_500, 5_500]);
  world.scheduler.now += 700;
  expect(await readNextPoll()).toBe(4_800);
  await events.leave();
  expect(await readNextPoll()).toBe(5_000);
});

test('what a change says of the next poll is when that poll is', async () => {
  random = 0;
  const id = world.vcf.addTask({ status: 'PENDING' });
  const events = await world.watch(oneTask, { id: `vcf:${id}` });
  await events.next();
  await world.polling(1);
  world.vcf.setTask(id, { status: 'IN_PROGRESS' });
  await world.advance(4_500);
  expect((await events.next()).task.nextPollAfterMs).toBe(world.scheduler.waits[0]);
  await events.leave();
});

test('a poll takes what a query has just read, and a query what a poll has', async () => {
  const events = await world.watch(vcfTasks);
  await world.polling(1);
  const afterStart = vcfCalls();
  await world.graphql('{ tasks(filter: { sourceNames: ["vcf"] }) { totalCount } }');
  expect(vcfCalls()).toBe(afterStart);
  world.scheduler.now += 29_500;
  await world.graphql('{ tasks(filter: { sourceNames: ["vcf"] }) { totalCount } }');
  const afterQuery = vcfCalls();
  await world.advance(500);
  expect(vcfCalls()).toBe(afterQuery);
  await events.leave();
});

test('where single tasks alone are watched, they are asked for by id', async () => {
  world.vcf.fill(1_000);
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const events = await world.watch(oneTask, { id: `vcf:${id}` });
  await events.next();
  await world.polling(1);
  const before = vcfCalls();
  await world.advance(5_000);
  expect(
    world
      .calls(world.vcf)
      .slice(before)
      .filter(({ path }) => path === '/v1/tasks'),
  ).toEqual([]);
  await events.leave();
});

test('5,000 watchers cost the calls of two, all have the change, and nothing is left of them', async () => {
  const run = async (count: number): Promise<number> => {
    const own = await LiveWorld.start();
    const id = own.vcf.addTask({ status: 'PENDING' });
    const all = await Promise.all(
      Array.from({ length: count }, (_, index) => (index % 2 === 0 ? own.watch(vcfTasks) : own.watch(oneTask, { id: `vcf:${id}` }))),
    );
    for (const events of all.filter((_, index) => index % 2 === 1)) await events.next();
    await own.polling(1);
    own.vcf.setTask(id, { status: 'IN_PROGRESS' });
    await own.advance(5_000);
    for (const events of all) expect(await events.next()).toMatchObject({ kind: 'UPDATED', task: { status: 'RUNNING' } });
    await Promise.all(all.map((events) => events.leave()));
    expect([own.scheduler.count, own.reported]).toEqual([0, []]);
    const calls = own.calls(own.vcf).length;
    await own.close();
    return calls;
  };
  expect(await run(5_000)).toBe(await run(2));
});

test('closing the gateway ends everything that watches', async () => {
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const all = [
    await world.watch(vcfTasks),
    await world.watch(oneTask, { id: `vcf:${id}` }),
    await world.watch('subscription { taskSourceHealthChanged { id } }'),
  ];
  await world.polling(3);
  await world.gateway.close();
  for (const events of all) await events.ended();
  expect(world.scheduler.count).toBe(0);
});
