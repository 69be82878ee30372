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
        statusBefore: 'FAILED',
        claimId: null,
        at: now,
      });
    const requestLock = (auditId: string, overrides: Partial<TaskLockRequest> = {}) =>
      store.actions.lockTask({
        taskId,
        auditId,
        statusBefore: 'FAILED',
        at: now,
        until: now + 65_000,
        concludedBefore: now - 60_000,
        releasedAuditId: null,
        ...overrides,
      });
    const acquireLock = async (): Promise<string> => {
      const auditId = await record();
      expect(await requestLock(auditId)).toBeNull();
      return auditId;
    };

    test('is acquired by one of many concurrent actions, and the others get its holder', async () => {
      const ids = await Promise.all(Array.from({ length: 20 }, record));
      const holders = await Promise.all(ids.map((auditId) => requestLock(auditId)));
      const winnerId = ids[holders.indexOf(null)];
      expect(holders.filter((holder) => holder === null)).toHaveLength(1);
      expect(holders.filter((holder) => holder !== null)).toEqual(
        Array(19).fill({ auditId: winnerId, statusBefore: 'FAILED', state: 'sending' }),
      );
    });

    test('does not lock another task', async () => {
      await acquireLock();
      expect(await requestLock(await record(), { taskId: 'vcf:2' })).toBeNull();
    });

    test('expires after the longest duration of an action without an outcome', async () => {
      await acquireLock();
      now += 64_999;
      const next = await record();
      expect(await requestLock(next)).toMatchObject({ state: 'sending' });
      now += 1;
      expect(await requestLock(next)).toBeNull();
    });

    test.each(['ACCEPTED', 'UNKNOWN'] as const)('is held for 60 seconds after %s', async (outcome) => {
      const auditId = await acquireLock();
      now += 1_000;
      await store.actions.recordOutcome(auditId, outcome, now);
      now += 59_999;
      const next = await record();
      expect(await requestLock(next)).toEqual({ auditId, statusBefore: 'FAILED', state: 'answered' });
      now += 1;
      expect(await requestLock(next)).toBeNull();
    });

    test('is free as soon as the action is rejected', async () => {
      await store.actions.recordOutcome(await acquireLock(), 'REJECTED', now);
      expect(await requestLock(await record())).toBeNull();
    });

    test('is taken over by one of the actions that know that its holder has released it', async () => {
      const released = await acquireLock();
      const ids = await Promise.all(Array.from({ length: 10 }, record));
      const holders = await Promise.all(ids.map((auditId) => requestLock(auditId, { releasedAuditId: released })));
      expect(holders.filter((holder) => holder === null)).toHaveLength(1);
      expect(await requestLock(await record(), { releasedAuditId: released })).toMatchObject({ auditId: ids[holders.indexOf(null)] });
    });

    test('is released by its holder alone, and then taken over by an action that knows of it', async () => {
      const auditId = await acquireLock();
      await store.actions.unlockTask(taskId, await record());
      expect(await requestLock(await record())).toMatchObject({ auditId, state: 'sending' });
      await store.actions.unlockTask(taskId, auditId);
      const next = await record();
      expect(await requestLock(next)).toMatchObject({ auditId, state: 'released' });
      expect(await requestLock(next, { releasedAuditId: auditId })).toBeNull();
      expect(await requestLock(await record())).toMatchObject({ auditId: next, state: 'sending' });
    });

    test('is deleted when it has expired', async () => {
      await acquireLock();
      now += 65_000;
      await store.prune(['vcf']);
      expect(await requestLock(await record())).toBeNull();
    });
  });
}
