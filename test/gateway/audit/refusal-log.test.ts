import { expect, test } from '@jest/globals';

import { RefusalCounter, RefusalLog } from '../../../src/gateway/audit/refusal-log.js';
import type { CountedRefusals } from '../../../src/store/audit-trail.js';
import type { ActionRefusal } from '../../../src/store/action-journal.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { noLog } from '../../support/doubles/no-log.js';

const refusal: ActionRefusal = {
  caller: 'key:a',
  mutation: 'retryTask',
  action: 'RETRY',
  taskId: 'vcf:1',
  reason: null,
  claimId: null,
  at: 1,
  refusedFor: ['LEDGER_UNAVAILABLE'],
  appearsInTaskHistory: true,
};

/** A store that can be made to fail, and the log of refusals that writes to it. */
function setUp() {
  const scheduler = new ManualScheduler();
  const store = { isBroken: false, counted: [] as CountedRefusals[], reported: [] as unknown[] };
  const refusals = new RefusalLog({
    journal: {
      recordRefusals: async () => [],
      recordCountedRefusals: async (counted) => {
        if (store.isBroken) throw new Error('It is broken.');
        store.counted.push(...counted);
      },
    },
    now: () => scheduler.now,
    scheduler,
    report: (error) => void store.reported.push(error),
    log: noLog,
  });
  return { scheduler, store, refusals };
}

/** Waits for pending promises. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('counted refusals are recorded once a minute, and no timer runs when there are none', async () => {
  const { scheduler, store, refusals } = setUp();
  expect(scheduler.count).toBe(0);
  await refusals.record([refusal]);
  await refusals.record([refusal, { ...refusal, caller: 'key:b' }]);
  expect(scheduler.waits).toEqual([60_000]);
  scheduler.advance(60_000);
  await settled();
  expect(store.counted).toMatchObject([
    { caller: 'key:a', refused: [{ count: 2 }] },
    { caller: 'key:b', refused: [{ count: 1 }] },
  ]);
  expect(scheduler.count).toBe(0);
});

test('counts that the store does not take are recorded the next time, with the refusals since', async () => {
  const { scheduler, store, refusals } = setUp();
  store.isBroken = true;
  await refusals.record([refusal]);
  scheduler.advance(60_000);
  await settled();
  expect(store.reported).toHaveLength(1);
  await refusals.record([{ ...refusal, at: 2 }]);
  store.isBroken = false;
  scheduler.advance(60_000);
  await settled();
  expect(store.counted).toEqual([
    { caller: 'key:a', since: 1, refused: [{ mutation: 'retryTask', refusedFor: refusal.refusedFor, count: 2 }] },
  ]);
});

test('closing records the counts and leaves no timer', async () => {
  const { scheduler, store, refusals } = setUp();
  await refusals.record([refusal]);
  await refusals.close();
  expect(store.counted).toHaveLength(1);
  store.isBroken = true;
  await refusals.record([refusal]);
  await refusals.close();
  expect([store.reported.length, scheduler.count]).toEqual([1, 0]);
});

test('up to 10,000 callers are counted separately, and all others together', () => {
  const count = new RefusalCounter();
  for (let n = 0; n < 10_500; n += 1) count.add({ ...refusal, caller: `sub:${n}` });
  count.add({ ...refusal, caller: 'sub:0' });
  expect(count.all).toHaveLength(10_001);
  expect(count.all[0]).toMatchObject({ caller: 'sub:0', refused: [{ count: 2 }] });
  expect(count.all.at(-1)).toMatchObject({ caller: '*', refused: [{ count: 500 }] });
});
