import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { type Grant, Policy } from '../../../src/gateway/access/policy.js';
import type { Caller } from '../../../src/gateway/access/caller.js';
import { LiveWorld } from '../../support/live-world.js';

let world: LiveWorld;
let policy: Policy;
beforeEach(async () => {
  world = await LiveWorld.start();
  policy = new Policy([{ who: '*', actions: ['read'], sources: ['*'] }]);
});
afterEach(() => world.close());

const identity = { issuer: null, subject: 'alice', keyId: null, roles: [] };
/** The rights can change while the subscription lasts. */
const alice: Caller = { id: 'alice', may: (right, source) => policy.findRights(identity).may(right, source) };
const only = (...sources: readonly string[]): Grant[] => [{ who: '*', actions: ['read'], sources }];

const one = 'subscription ($id: ID!) { taskChanged(id: $id) { kind task { id status } } }';
const all = 'subscription { tasksChanged { kind task { id status } } }';
const health = 'subscription { taskSourceHealthChanged { name health { status } } }';

test('a change of a task that may no longer be read is not sent, and other changes are', async () => {
  const vcfTask = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const astraTask = world.astra.addTask({ state: 'running' });
  const events = await world.watch(all, {}, alice);
  await world.polling(3);
  await world.advance(5_000);
  policy = new Policy(only('astra'));
  world.vcf.setTask(vcfTask, { status: 'FAILED' });
  world.astra.setTask(astraTask, { state: 'failed' });
  await world.advance(5_000);
  expect(await events.next()).toMatchObject({ task: { id: `astra:${astraTask}`, status: 'FAILED' } });
  expect(events.unread).toBe(0);
  policy = new Policy(only('*'));
  world.vcf.setTask(vcfTask, { status: 'IN_PROGRESS' });
  await world.advance(30_000);
  expect(await events.next()).toMatchObject({ task: { id: `vcf:${vcfTask}`, status: 'RUNNING' } });
});

test('a subscriber to a task that they may no longer read gets the error of a task that does not exist', async () => {
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const events = await world.watch(one, { id: `vcf:${id}` }, alice);
  expect(await events.next()).toMatchObject({ kind: 'CURRENT' });
  await world.polling(1);
  policy = new Policy(only('astra'));
  world.vcf.setTask(id, { status: 'FAILED' });
  world.scheduler.advance(5_000);
  expect((await events.next()).errors[0].originalError).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'There is no such task, or you may not read it.',
  });
  await events.ended();
});

test('the right to an event that waits for a slow client is checked again when it is sent', async () => {
  const id = world.vcf.addTask({ status: 'IN_PROGRESS' });
  const watching = world.gateway.createOperation(alice).subscriptions.tasks(null);
  await world.polling(3);
  await world.advance(5_000);
  world.vcf.setTask(id, { status: 'FAILED' });
  await world.advance(5_000);
  policy = new Policy([]);
  const next = watching.next();
  await watching.return?.();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('the health of a source that may no longer be read is not sent', async () => {
  policy = new Policy(only('vcf'));
  const events = await world.watch(health, {}, alice);
  expect(await events.next()).toMatchObject({ name: 'vcf', health: { status: 'UP' } });
  await world.polling(1);
  policy = new Policy([]);
  world.vcf.server.fault = () => ({ status: 500 });
  await world.advance(30_000);
  expect(events.unread).toBe(0);
});
