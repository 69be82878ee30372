import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { Store } from '../../src/store/store.js';
import type { TaskLockRequest } from '../../src/store/action-journal.js';
import { describeWith } from '../support/describe-with-tool.js';
import { allStores, open, type StoreMaker } from './stores.js';

for (const { kind, tool, start } of allStores) {
  describeWith(tool)(`the lock of a task in ${kind}`, () => {
    let maker: StoreMaker;
    let store: Store;
    let now: number;
    beforeAll(async () => {
      maker = await start();
    });
    beforeEach(async () => {
      now = 1_763_700_000_000;
      store = await open(await maker.newStore(), () => now);
    });
    afterEach(() => store.close());
    afterAll(() => maker.stop());

    const taskId = 'vcf:1\u0000';
    const record = (): Promise<string> =>
      store.actions.recordIntent({
        caller: 'c',
        mutation: 'retryTask',
        action: 'RETRY',
        taskId,
        reason: null,
        sentFrom: 'FAILED',
        claimId: null,
        at: now,
      });
    const hold = (auditId: string, over: Partial<TaskLockRequest> = {}) =>
      store.actions.lockTask({
        taskId,
        auditId,
        sentFrom: 'FAILED',
        at: now,
        until: now + 65_000,
        concludedBefore: now - 60_000,
        releasedAuditId: null,
        ...over,
      });
    const held = async (): Promise<string> => {
      const auditId = await record();
      expect(await hold(auditId)).toBeNull();
      return auditId;
    };

    test('of many actions at once one gets it, and the others are told which', async () => {
      const ids = await Promise.all(Array.from({ length: 20 }, record));
      const holders = await Promise.all(ids.map((auditId) => hold(auditId)));
      const winner = ids[holders.indexOf(null)];
      expect(holders.filter((holder) => holder === null)).toHaveLength(1);
      expect(holders.filter((holder) => holder !== null)).toEqual(
        Array(19).fill({ auditId: winner, sentFrom: 'FAILED', state: 'sending' }),
      );
    });

    test('is of one task', async () => {
      await held();
      expect(await hold(await record(), { taskId: 'vcf:2' })).toBeNull();
    });

    test('lasts until an action without an outcome can no longer be under way', async () => {
      await held();
      now += 64_999;
      const next = await record();
      expect(await hold(next)).toMatchObject({ state: 'sending' });
      now += 1;
      expect(await hold(next)).toBeNull();
    });

    test.each(['ACCEPTED', 'UNKNOWN'] as const)('lasts 60 seconds after %s', async (outcome) => {
      const auditId = await held();
      now += 1_000;
      await store.actions.recordOutcome(auditId, outcome, now);
      now += 59_999;
      const next = await record();
      expect(await hold(next)).toEqual({ auditId, sentFrom: 'FAILED', state: 'answered' });
      now += 1;
      expect(await hold(next)).toBeNull();
    });

    test('ends at once when the action is rejected', async () => {
      await store.actions.recordOutcome(await held(), 'REJECTED', now);
      expect(await hold(await record())).toBeNull();
    });

    test('goes to the next one that knows that the one before is over; of many that know it, to one', async () => {
      const over = await held();
      const ids = await Promise.all(Array.from({ length: 10 }, record));
      const holders = await Promise.all(ids.map((auditId) => hold(auditId, { releasedAuditId: over })));
      expect(holders.filter((holder) => holder === null)).toHaveLength(1);
      expect(await hold(await record(), { releasedAuditId: over })).toMatchObject({ auditId: ids[holders.indexOf(null)] });
    });

    test('is said to be over by the one that has it, and by no other; it goes to who has heard of that', async () => {
      const auditId = await held();
      await store.actions.unlockTask(taskId, await record());
      expect(await hold(await record())).toMatchObject({ auditId, state: 'sending' });
      await store.actions.unlockTask(taskId, auditId);
      const next = await record();
      expect(await hold(next)).toMatchObject({ auditId, state: 'released' });
      expect(await hold(next, { releasedAuditId: auditId })).toBeNull();
      expect(await hold(await record())).toMatchObject({ auditId: next, state: 'sending' });
    });

    test('is forgotten when it is over', async () => {
      await held();
      now += 65_000;
      await store.prune(['vcf']);
      expect(await hold(await record())).toBeNull();
    });
  });
}
