import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { vcf } from '../../../src/sources/vcf/vcf-source.js';
import { VcfSimulator } from '../../../src/sources/vcf/simulator/vcf-simulator.js';
import type { ActionCommand } from '../../../src/model/action.js';
import type { Caller, Right } from '../../../src/gateway/access/caller.js';
import { Gateway } from '../../../src/gateway/gateway.js';
import type { Source } from '../../../src/sources/source.js';
import { timerScheduler } from '../../../src/lib/scheduler.js';
import { anyNumberOfActions } from '../../support/doubles/no-limits.js';
import { createSourceSettings } from '../../support/source-settings.js';
import { noLog } from '../../support/doubles/no-log.js';

const now = () => Date.UTC(2026, 10, 21, 8);
const retry: ActionCommand = { action: 'RETRY', input: null };
const reported: unknown[] = [];
let plane: VcfSimulator;
let source: Source;
let gateway: Gateway;

beforeEach(async () => {
  reported.length = 0;
  plane = await VcfSimulator.start({ seed: 1, name: 'vcf-a', now });
  source = vcf.create(createSourceSettings(plane.url, { name: 'vcf-a', now }), plane.settings);
  gateway = new Gateway({
    limits: anyNumberOfActions,
    sources: [{ source, poll: { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 } }],
    store: new MemoryStore(now),
    reads: { maxAgeMs: 1_000, maxAgeFloorMs: 0, waitMs: 500 },
    clock: { now, scheduler: timerScheduler, random: Math.random },
    log: { ...noLog, internalError: (error) => void reported.push(error), sourceChanged: (change) => void reported.push(change) },
  });
});
afterEach(async () => {
  await gateway.close();
  await plane.close();
});

const callerWith = (id: string, ...rights: readonly Right[]): Caller => ({ id, may: (right) => rights.includes(right) });
const act = (caller: Caller, id: string, idempotencyKey?: string) =>
  gateway.createOperation(caller).actions.act('retryTask', retry, { id, idempotencyKey });
const sent = () => plane.server.calls.filter(({ method, path }) => method === 'PATCH' && path.startsWith('/v1/tasks'));
const failedTask = () => `vcf-a:${plane.addTask({ status: 'FAILED' })}`;

test('DENIED: a caller who may read but not retry gets this blocker, and nothing is sent', async () => {
  const id = failedTask();
  expect(await act(callerWith('reader', 'read', 'cancel'), id)).toMatchObject({
    outcome: 'REJECTED',
    task: { id },
    errors: [{ __typename: 'TaskActionNotAllowedError', blockers: [{ code: 'DENIED' }] }],
  });
  expect(sent()).toEqual([]);
});

test('a caller who may not read does not learn whether the task exists, and no plane gets a request', async () => {
  const caller = callerWith('nobody', 'retry', 'cancel', 'track');
  for (const id of [failedTask(), 'vcf-a:none']) {
    expect(await act(caller, id)).toMatchObject({
      outcome: 'REJECTED',
      task: null,
      errors: [{ __typename: 'TaskNotFoundError', taskId: id }],
    });
  }
  const { errors } = await gateway.createOperation(caller).tracking.track({ sourceName: 'vcf-a', sourceTaskId: 'x' });
  expect(errors).toMatchObject([{ __typename: 'TaskSourceNotFoundError' }]);
  expect(plane.server.calls).toEqual([]);
});

test('an idempotency key belongs to a caller', async () => {
  const id = failedTask();
  expect(await act(callerWith('one', 'read', 'retry'), id, 'k')).toMatchObject({ outcome: 'ACCEPTED', isRepeat: false });
  expect(await act(callerWith('two', 'read', 'retry'), id, 'k')).toMatchObject({ outcome: 'REJECTED', isRepeat: false });
  expect(await act(callerWith('one', 'read', 'retry'), id, 'k')).toMatchObject({ outcome: 'ACCEPTED', isRepeat: true });
  expect(sent()).toHaveLength(1);
});

test('a recorded result is not shown to a caller who may no longer read or act, and is shown again once the right is back', async () => {
  const id = failedTask();
  const first = await act(callerWith('one', 'read', 'retry'), id, 'k');
  expect(await act(callerWith('one', 'retry'), id, 'k')).toMatchObject({
    outcome: 'REJECTED',
    isRepeat: false,
    task: null,
    errors: [{ __typename: 'TaskNotFoundError' }],
  });
  const mayRead = await act(callerWith('one', 'read'), id, 'k');
  expect(mayRead).toMatchObject({ outcome: 'REJECTED', isRepeat: false });
  expect(JSON.stringify(mayRead.errors)).toContain('DENIED');
  expect(await act(callerWith('one', 'read', 'retry'), id, 'k')).toMatchObject({ isRepeat: true, auditId: first.auditId });
});

test('a source that throws while it acts leaves the outcome unknown, and its error is logged', async () => {
  const id = failedTask();
  const mistake = new Error('a mistake of ours');
  source.actions.act = () => Promise.reject(mistake);
  expect(await act(callerWith('one', 'read', 'retry'), id)).toMatchObject({
    outcome: 'UNKNOWN',
    errors: [{ __typename: 'TaskOutcomeUnknownError', problem: { kind: 'OTHER' }, observedStatus: 'FAILED' }],
  });
  expect(reported).toEqual([mistake]);
  expect(await act(callerWith('one', 'read', 'retry'), id)).toMatchObject({ errors: [{ blockers: [{ code: 'ALREADY_IN_PROGRESS' }] }] });
});
