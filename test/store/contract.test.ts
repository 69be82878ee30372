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
      statusBefore: 'FAILED',
      claimId,
      at: now,
    });
    const claim = (over: Partial<IdempotencyKey> = {}, abandonedSince = 0) =>
      store.idempotency.claimIdempotencyKey({ ...key, ...over }, { inputHash: 'h', at: now, abandonedSince, maxKeysPerCaller: 100_001 });
    const claimNewKey = async (): Promise<string> => {
      const result = await claim();
      if (result.kind !== 'claimed') throw new Error('Another request holds the claim.');
      return result.claimId;
    };

    test('the number of unexpired idempotency keys of a caller is limited, apart from those of other callers', async () => {
      const claimAs = async (idempotencyKey: string, caller = 'c') =>
        (
          await store.idempotency.claimIdempotencyKey(
            { ...key, caller, idempotencyKey },
            { inputHash: 'h', at: now, abandonedSince: 0, maxKeysPerCaller: 2 },
          )
        ).kind;
      expect([await claimAs('1'), await claimAs('2'), await claimAs('3')]).toEqual(['claimed', 'claimed', 'limitReached']);
      expect([await claimAs('1'), await claimAs('3'), await claimAs('3', 'other')]).toEqual(['pending', 'limitReached', 'claimed']);
      now += 24 * hour;
      expect([await claimAs('3'), await claimAs('1'), await claimAs('2')]).toEqual(['claimed', 'claimed', 'limitReached']);
    });

    test('tracked ids are unique in a source and read oldest first', async () => {
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

    test('actions are recorded with any text of a caller, and with unique audit ids', async () => {
      const [first, second] = [
        await store.actions.recordIntent(intent(null)),
        await store.actions.recordIntent({ ...intent(null), reason: null }),
      ];
      expect(first).not.toBe(second);
      await store.actions.recordOutcome(first, 'ACCEPTED', now);
    });

    test('the key for hashing inputs has 32 bytes and never changes', async () => {
      const hashKey = await store.idempotency.readInputHashKey();
      expect(hashKey).toHaveLength(32);
      expect(await store.idempotency.readInputHashKey()).toEqual(hashKey);
    });

    test('one of many concurrent requests gets the claim of an idempotency key', async () => {
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim()));
      expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
      expect(claims.filter(({ kind }) => kind === 'pending')).toHaveLength(19);
    });

    test('later requests get the action of the pending claim, and then the record', async () => {
      const claimId = await claimNewKey();
      const pending = { kind: 'pending', inputHash: 'h', claimedAt: now };
      expect(await claim()).toEqual({ ...pending, action: null });
      const auditId = await store.actions.recordIntent(intent(claimId));
      expect(await claim()).toEqual({ ...pending, action: { auditId, outcome: null } });
      await store.actions.recordOutcome(auditId, 'UNKNOWN', now);
      expect(await claim()).toEqual({ ...pending, action: { auditId, outcome: 'UNKNOWN' } });
      await store.idempotency.saveIdempotencyRecord(claimId, record);
      expect(await claim()).toEqual({ kind: 'recorded', record });
    });

    test('an idempotency key is valid for one caller, mutation and task', async () => {
      await claimNewKey();
      for (const other of [{ caller: 'd' }, { mutation: 'cancelTask' }, { taskId: 'x'.repeat(100_000) }, { idempotencyKey: 'k\u0000' }]) {
        expect(await claim(other)).toMatchObject({ kind: 'claimed' });
      }
    });

    test('an idempotency record expires after 24 hours', async () => {
      await store.idempotency.saveIdempotencyRecord(await claimNewKey(), record);
      now += 24 * hour - 1;
      expect(await claim()).toMatchObject({ kind: 'recorded' });
      now += 1;
      expect(await claim()).toMatchObject({ kind: 'claimed' });
    });

    test('an abandoned claim is taken over, and its first holder can no longer record an action', async () => {
      const abandoned = await claimNewKey();
      expect(await claim({}, now - 1)).toMatchObject({ kind: 'pending' });
      expect(await claim({}, now)).toMatchObject({ kind: 'claimed' });
      await expect(store.actions.recordIntent(intent(abandoned))).rejects.toThrow('taken the idempotency key over');
      await store.idempotency.saveIdempotencyRecord(abandoned, record);
      expect(await claim()).toMatchObject({ kind: 'pending', action: null });
    });

    test('a claim with an action or a record is not taken over', async () => {
      const claimId = await claimNewKey();
      await store.actions.recordIntent(intent(claimId));
      expect(await claim({}, now + hour)).toMatchObject({ kind: 'pending' });
      await store.idempotency.saveIdempotencyRecord(claimId, { ...record, auditId: null });
      expect(await claim({}, now + hour)).toMatchObject({ kind: 'recorded' });
    });

    test('pruning deletes old actions, but the claim of a key remembers its action', async () => {
      const auditId = await store.actions.recordIntent(intent(await claimNewKey()));
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
