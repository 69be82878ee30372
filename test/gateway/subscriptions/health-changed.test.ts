import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { LiveWorld } from '../../support/live-world.js';
import { refuseWith } from '../../support/plane-errors.js';

const document = 'subscription { taskSourceHealthChanged { name health { status problem { kind } } } }';
let world: LiveWorld;
beforeEach(async () => {
  world = await LiveWorld.start();
});
afterEach(() => world.close());

const only = { id: 'one', may: (_right: string, name: string) => name === 'vcf' };

test('each change of status or problem is told once; that it lasts is none', async () => {
  const events = await world.watch(document, {}, only);
  expect(await events.next()).toMatchObject({ name: 'vcf', health: { status: 'UP', problem: null } });
  await world.polling(1);
  await world.advance(30_000);
  let failures = 0;
  world.vcf.server.fault = () => ({ status: 500, body: { message: 'No.', referenceToken: `T${failures++}` } });
  await world.advance(30_000);
  expect(await events.next()).toMatchObject({ health: { status: 'DOWN', problem: { kind: 'HTTP_STATUS' } } });
  await world.advance(60_000);
  await world.advance(120_000);
  expect(failures).toBeGreaterThan(2);
  world.vcf.server.fault = () => 'hang-up';
  await world.advance(240_000);
  expect(await events.next()).toMatchObject({ health: { status: 'DOWN', problem: { kind: 'UNREACHABLE' } } });
  world.vcf.server.fault = null;
  await world.advance(300_000);
  expect(await events.next()).toMatchObject({ health: { status: 'UP', problem: null } });
  expect(events.unread).toBe(0);
});

test('a query that finds a source down tells those who watch', async () => {
  const events = await world.watch(document, {}, only);
  await events.next();
  await world.polling(1);
  world.scheduler.now += 2_000;
  world.vcf.server.fault = refuseWith(403);
  await world.graphql('{ tasks(filter: { sourceNames: ["vcf"] }) { totalCount } }');
  expect(await events.next()).toMatchObject({ health: { status: 'DOWN', problem: { kind: 'FORBIDDEN' } } });
});

test('a consumer that was away for a failure that is over is told nothing', async () => {
  const source = await world.open(document, {}, only);
  if (!('next' in source)) throw new Error('It was refused.');
  expect((await source.next()).value.data.taskSourceHealthChanged).toMatchObject({ health: { status: 'UP' } });
  await world.polling(1);
  world.vcf.server.fault = () => ({ status: 500 });
  await world.advance(30_000);
  world.vcf.server.fault = null;
  await world.advance(60_000);
  world.vcf.server.fault = refuseWith(403);
  const next = source.next();
  await world.advance(30_000);
  expect((await next).value.data.taskSourceHealthChanged).toMatchObject({ health: { problem: { kind: 'FORBIDDEN' } } });
  await source.return?.();
});
