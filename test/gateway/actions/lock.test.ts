import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';
import { act, actionsAt, blockerCodes, onActions, statusOf } from './act.js';
import { refuseWith } from '../../support/plane-errors.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const outcomes = (payloads: readonly { readonly outcome: string }[], outcome: string) => payloads.filter((one) => one.outcome === outcome);

test('of fifty concurrent retries of one task exactly one is sent', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const payloads = await Promise.all(Array.from({ length: 50 }, () => act(world, 'retryTask', { id })));
  expect(outcomes(payloads, 'ACCEPTED')).toHaveLength(1);
  expect(outcomes(payloads, 'REJECTED').map(blockerCodes)).toEqual(Array(49).fill(['ALREADY_IN_PROGRESS']));
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('while an action is being sent, its task is locked for every other mutation', async () => {
  const plane = world.planes['vcf-sfo'];
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED', isCancellable: true })}`;
  const seen: string[][] = [];
  plane.server.fault = onActions(async (_call, handle) => {
    seen.push(blockerCodes(await act(world, 'retryTask', { id })), blockerCodes(await act(world, 'cancelTask', { id })));
    return handle();
  });
  await act(world, 'retryTask', { id });
  expect(seen).toEqual([['ALREADY_IN_PROGRESS'], ['ALREADY_IN_PROGRESS', 'WRONG_STATUS']]);
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('the lock of a task locks no other task, nor one with the same id on another plane', async () => {
  const id = world.planes['vcf-sfo'].addTask({ id: 'same-id', status: 'FAILED' });
  world.planes['vcf-lax'].addTask({ id: 'same-id', status: 'FAILED' });
  const other = world.planes['vcf-sfo'].addTask({ status: 'FAILED' });
  for (const one of [`vcf-sfo:${id}`, `vcf-lax:${id}`, `vcf-sfo:${other}`]) {
    expect(await act(world, 'retryTask', { id: one })).toMatchObject({ outcome: 'ACCEPTED' });
  }
});

test('the lock ends when the status changes', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  await act(world, 'retryTask', { id });
  world.advance(7_000);
  expect(await statusOf(world, id)).toBe('RUNNING');
  expect(await act(world, 'cancelTask', { id })).toMatchObject({ outcome: 'ACCEPTED' });
});

test('a task that failed again after it was observed running can be retried at once', async () => {
  const plane = world.planes['vcf-sfo'];
  const sourceTaskId = plane.addTask({ status: 'FAILED' });
  plane.server.fault = onActions((_call, handle) => {
    const answer = handle();
    plane.setTask(sourceTaskId, { status: 'IN_PROGRESS' });
    return answer;
  });
  const id = `vcf-sfo:${sourceTaskId}`;
  const retry = () => world.graphql('mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome task { status } } }', { id });
  expect((await retry()).data.retryTask).toEqual({ outcome: 'ACCEPTED', task: { status: 'RUNNING' } });
  plane.setTask(sourceTaskId, { status: 'FAILED', isRetryable: true });
  world.passTime(2_000);
  expect((await retry()).data.retryTask).toMatchObject({ outcome: 'ACCEPTED' });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(2);
});

test.each([
  ['ACCEPTED', 200],
  ['UNKNOWN', 502],
])('after %s the lock ends 60 seconds later when the status never changes', async (outcome, status) => {
  world.planes['vcf-sfo'].server.fault = onActions(() => ({ status }));
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome });
  world.passTime(59_999);
  expect(blockerCodes(await act(world, 'retryTask', { id }))).toEqual(['ALREADY_IN_PROGRESS']);
  world.passTime(1);
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(2);
});

test.each([400, 401, 403, 404, 409, 422, 429])('after the plane refused with %d the lock ends at once', async (status) => {
  world.planes['vcf-sfo'].server.fault = onActions(refuseWith(status));
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'REJECTED' });
  world.planes['vcf-sfo'].server.fault = null;
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED' });
});
