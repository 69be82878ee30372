import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { ActionIntent } from '../../src/store/action-journal.js';
import type { IdempotencyKey, IdempotencyRecord } from '../../src/store/idempotency-store.js';
import type { Store } from '../../src/store/store.js';
import { describeWith } from '../support/describe-with-tool.js';
import { allStores, open, type StoreMaker } from './stores.js';

const hour = 3_600_000;
const key: IdempotencyKey = { caller: 'c', mutation: 'retryTask', taskId: 'vcf:1', idempotencyKey: 'k' };
const problem = { kind: 'TIMEOUT', message: 'No “answer” \u0000 ☃.', httpStatus: null, referenceToken: null } as const;
const errors = [{ __typename: 'TaskOutcomeUnknownError', message: 'm', path: ['input', 'id'], problem, observedStatus: null }] as const;
const record: IdempotencyRecord = { inputHash: 'h', outcome: 'UNKNOWN', errors, auditId: 'a' };

for (const { kind, tool, start } of allStores) {
  describeWith(tool)(`a store in ${kind}`, () => {
    let maker: StoreMaker;
    let store: Store;
    let now: number;
    beforeAll(async () => {
      maker = await start();
    });
    beforeEach(async () => {
      now = 1_763_700_000_000;
      store = await open({ ...(await maker.newStore()), retentionMs: 2 * hour }, () => now);
    });
    afterEach(() => store.close());
    afterAll(() => maker.stop());

    const intent = (claimId: string | null): ActionIntent => ({
      caller: 'c\u0000',
      mutation: 'retryTask',
      action: 'RETRY',
      taskId: `vcf:${'9'.repeat(10_000)}\u0000`,
      reason: 'because \u0000 of \uD800',
      sentFrom: 'FAILED',
      claimId,
      at: now,
    });
    const claim = (over: Partial<IdempotencyKey> = {}, abandonedSince = 0) =>
      store.idempotency.claimIdempotencyKey({ ...key, ...over }, { inputHash: 'h', at: now, abandonedSince, maxKeysPerCaller: 100_001 });
    const claimed = async (): Promise<string> => {
      const mine = await claim();
      if (mine.kind !== 'claimed') throw new Error('The key is taken.');
      return mine.claimId;
    };

    test('a caller has no more keys than one may have in 24 hours; those that are kept stay, and others have theirs', async () => {
      const ask = async (idempotencyKey: string, caller = 'c') =>
        (
          await store.idempotency.claimIdempotencyKey(
            { ...key, caller, idempotencyKey },
            { inputHash: 'h', at: now, abandonedSince: 0, maxKeysPerCaller: 2 },
          )
        ).kind;
      expect([await ask('1'), await ask('2'), await ask('3')]).toEqual(['claimed', 'claimed', 'limitReached']);
      expect([await ask('1'), await ask('3'), await ask('3', 'other')]).toEqual(['pending', 'limitReached', 'claimed']);
      now += 24 * hour;
      expect([await ask('3'), await ask('1'), await ask('2')]).toEqual(['claimed', 'claimed', 'limitReached']);
    });

    test('tracked ids are remembered once for each source, oldest first, until they are untracked', async () => {
      for (const id of ['b', 'a', 'c', 'b']) {
        await store.tracking.track('one', id);
        now += 1;
      }
      await store.tracking.track('two', 'a');
      expect(await store.tracking.readTrackedIds('one')).toEqual(['b', 'a', 'c']);
      expect(await store.tracking.untrack('one', 'a')).toBe(true);
      expect(await store.tracking.untrack('one', 'a')).toBe(false);
      expect(await store.tracking.readTrackedIds('one')).toEqual(['b', 'c']);
      expect(await store.tracking.readTrackedIds('two')).toEqual(['a']);
      expect(await store.tracking.readTrackedIds('three')).toEqual([]);
    });

    test('an action is recorded whatever a caller wrote, each with an audit id of its own', async () => {
      const [first, second] = [
        await store.actions.recordIntent(intent(null)),
        await store.actions.recordIntent({ ...intent(null), reason: null }),
      ];
      expect(first).not.toBe(second);
      await store.actions.recordOutcome(first, 'ACCEPTED', now);
    });

    test('the key of hashes is 32 bytes and stays the same', async () => {
      const hashKey = await store.idempotency.readInputHashKey();
      expect(hashKey).toHaveLength(32);
      expect(await store.idempotency.readInputHashKey()).toEqual(hashKey);
    });

    test('one of many that ask for an idempotency key at once gets it', async () => {
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim()));
      expect(claims.filter(({ kind: is }) => is === 'claimed')).toHaveLength(1);
      expect(claims.filter(({ kind: is }) => is === 'pending')).toHaveLength(19);
    });

    test('whoever asks later is told what was recorded under the key, then the answer that was kept', async () => {
      const claimId = await claimed();
      const theirs = { kind: 'pending', inputHash: 'h', claimedAt: now };
      expect(await claim()).toEqual({ ...theirs, action: null });
      const auditId = await store.actions.recordIntent(intent(claimId));
      expect(await claim()).toEqual({ ...theirs, action: { auditId, outcome: null } });
      await store.actions.recordOutcome(auditId, 'UNKNOWN', now);
      expect(await claim()).toEqual({ ...theirs, action: { auditId, outcome: 'UNKNOWN' } });
      await store.idempotency.saveIdempotencyRecord(claimId, record);
      expect(await claim()).toEqual({ kind: 'recorded', record });
    });

    test('a key belongs to a caller, a mutation and a task, of any length', async () => {
      await claimed();
      for (const other of [{ caller: 'd' }, { mutation: 'cancelTask' }, { taskId: 'x'.repeat(100_000) }, { idempotencyKey: 'k\u0000' }]) {
        expect(await claim(other)).toMatchObject({ kind: 'claimed' });
      }
    });

    test('an answer is kept for 24 hours', async () => {
      await store.idempotency.saveIdempotencyRecord(await claimed(), record);
      now += 24 * hour - 1;
      expect(await claim()).toMatchObject({ kind: 'recorded' });
      now += 1;
      expect(await claim()).toMatchObject({ kind: 'claimed' });
    });

    test('a claim that was left before anything was recorded goes to the next one, and its first owner can no longer act', async () => {
      const left = await claimed();
      expect(await claim({}, now - 1)).toMatchObject({ kind: 'pending' });
      const taken = await claim({}, now);
      expect(taken).toMatchObject({ kind: 'claimed' });
      await expect(store.actions.recordIntent(intent(left))).rejects.toThrow('taken the idempotency key over');
      await store.idempotency.saveIdempotencyRecord(left, record);
      expect(await claim()).toMatchObject({ kind: 'pending', action: null });
    });

    test('a claim under which an action was recorded, or an answer kept, is never taken over', async () => {
      const claimId = await claimed();
      await store.actions.recordIntent(intent(claimId));
      expect(await claim({}, now + hour)).toMatchObject({ kind: 'pending' });
      await store.idempotency.saveIdempotencyRecord(claimId, { ...record, auditId: null });
      expect(await claim({}, now + hour)).toMatchObject({ kind: 'recorded' });
    });

    test('the journal is pruned after the time that it is kept; that something was sent is remembered as long as the key', async () => {
      const auditId = await store.actions.recordIntent(intent(await claimed()));
      await store.actions.recordOutcome(auditId, 'ACCEPTED', now);
      now += 2 * hour;
      await store.prune(['vcf']);
      expect(await claim()).toMatchObject({ action: { auditId, outcome: 'ACCEPTED' } });
      now += hour;
      await store.prune(['vcf']);
      expect(await claim()).toMatchObject({ kind: 'pending', action: { auditId, outcome: null } });
    });
  });
}
