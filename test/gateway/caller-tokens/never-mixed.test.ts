import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Caller } from '../../../src/gateway/access/caller.js';
import type { Gateway } from '../../../src/gateway/gateway.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { callerWith, createMirrorGateway } from './mirror-gateway.js';
import { type Hold, mirrorSource } from './mirror-source.js';

let scheduler: ManualScheduler;
let gateway: Gateway;
let hold: Hold;
let released: string[];

beforeEach(() => {
  scheduler = new ManualScheduler();
  hold = () => Promise.resolve();
  released = [];
  const withToken = (token: string) => mirrorSource(token, (what) => hold(what), { onRelease: () => released.push(token) });
  gateway = createMirrorGateway(withToken, scheduler);
});
afterEach(() => gateway.close());

const retry = { action: 'RETRY', input: null } as const;

/** What one caller does; everything that they are shown, as text. */
const operations: readonly ((caller: Caller) => Promise<unknown>)[] = [
  (caller) => gateway.createOperation(caller).taskLists.page({ maxAgeMs: 0 }),
  (caller) => gateway.createOperation(caller).taskLists.page({}),
  (caller) => gateway.createOperation(caller).nodes.task('mirror:task-1', 0),
  (caller) => gateway.createOperation(caller).nodes.task('mirror:task-2'),
  (caller) => gateway.createOperation(caller).nodes.node('resource:mirror:r-1'),
  (caller) => gateway.createOperation(caller).taskLists.failureGroups({ maxAgeMs: 0 }),
  (caller) => gateway.createOperation(caller).actions.act('retryTask', retry, { id: 'mirror:task-1' }),
  async (caller) => {
    const { subscriptions: watching } = gateway.createOperation(caller);
    const events = watching.task('mirror:task-1');
    const { value } = await events.next();
    return typeof value === 'function' ? value() : value;
  },
];

/** `npm run test:long` asks for ten times as many. */
const interleavings = Number(process.env['TRIBUTARY_INTERLEAVINGS'] ?? 1_000);

test(`what one token brought is never shown to the other, in ${interleavings} interleavings of two callers`, async () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: operations.length - 1 })), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), steps, async (order, chosen) => {
      hold = (what) => order.schedule(Promise.resolve(), what);
      scheduler.now += 2_000;
      const done = chosen.map(async ([isFirst, operation]) => {
        const [token, other] = isFirst ? ['alice', 'bob'] : ['bob', 'alice'];
        const text = JSON.stringify(await operations[operation]?.(callerWith(`caller-${token}`, token)));
        expect(text).not.toContain(`seen by ${other}`);
        return text;
      });
      await order.waitFor(Promise.all(done));
    }),
    { numRuns: interleavings },
  );
});

test('two callers with one token share nothing either, and one caller with two tokens is shown what each brings', async () => {
  const requests: string[] = [];
  hold = async (what) => void requests.push(what);
  const list = (id: string, token: string) => gateway.createOperation(callerWith(id, token)).taskLists.page({});
  await Promise.all([list('one', 'x'), list('one', 'x'), list('two', 'x'), list('one', 'y')]);
  expect(requests.toSorted()).toEqual(['list x', 'list x', 'list y']);
});

test.each([
  ['sent none', null],
  ['may not read the source', 'x'],
])('no plane is called for a caller who %s', async (why, token) => {
  const requests: string[] = [];
  hold = async (what) => void requests.push(what);
  const caller = { ...callerWith('one', token), may: () => why === 'sent none' };
  const page = await gateway.createOperation(caller).taskLists.page({ maxAgeMs: 0 });
  expect(page.totalCount).toBe(0);
  if (why === 'sent none') {
    const message = 'Send your own token of this source in the header X-Source-Token-mirror.';
    expect(page.sources).toMatchObject([{ __typename: 'TaskSourceUnavailable', problem: { kind: 'UNAUTHENTICATED', message } }]);
    expect(await gateway.createOperation(caller).actions.act('retryTask', retry, { id: 'mirror:task-1' })).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ blockers: [{ code: 'SOURCE_UNAVAILABLE', message }] }],
    });
  } else expect(page.sources).toEqual([]);
  expect(requests).toEqual([]);
});

test('a token that nobody used for ten minutes is forgotten; one that is watched with stays', async () => {
  await gateway.createOperation(callerWith('one', 'x')).taskLists.page({});
  const events = gateway.createOperation(callerWith('two', 'y')).subscriptions.tasks(null);
  scheduler.advance(600_000);
  expect(released).toEqual(['x']);
  await events.return?.();
  scheduler.advance(600_000);
  expect(released).toEqual(['x', 'y']);
});
