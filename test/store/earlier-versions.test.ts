import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { verifyAuditTrail } from '../../src/store/audit-trail.js';
import { hashIdempotencyKey, type IdempotencyClaim, type IdempotencyKey } from '../../src/store/idempotency-store.js';
import { migrations } from '../../src/store/sql/migrations.js';
import type { Store, StoreSettings } from '../../src/store/store.js';
import { describeWith } from '../support/describe-with-tool.js';
import { linksOfEarlierVersion } from './links-of-earlier-version.js';
import { durableStores, executeStatements, open, type StoreMaker } from './stores.js';

const at = Date.UTC(2026, 10, 21, 9);

/** The last version whose table of idempotency keys was called tributary_answer. */
const answerTableVersion = 5;

const buildKey = (idempotencyKey: string): IdempotencyKey => ({
  caller: 'key:sre',
  mutation: 'retryTask',
  taskId: 'vcf:1',
  idempotencyKey,
});

function insertAnswer(idempotencyKey: string, values: string): string {
  const columns = 'name, claim_id, caller, claimed_at, input_hash, audit_id, outcome, errors';
  const name = hashIdempotencyKey(buildKey(idempotencyKey));
  return `insert into tributary_answer (${columns}) values ('${name}', 'claim of ${idempotencyKey}', 'key:sre', ${at}, 'h', ${values})`;
}

for (const { kind, isShared, tool, start } of durableStores) {
  describeWith(tool)(`a database of an earlier version in ${kind}`, () => {
    let maker: StoreMaker;
    let settings: StoreSettings;
    beforeEach(async () => {
      maker = await start();
      settings = await maker.newStore();
    });
    afterEach(() => maker.stop());

    const claim = (store: Store, idempotencyKey: string): Promise<IdempotencyClaim> =>
      store.idempotency.claimIdempotencyKey(buildKey(idempotencyKey), {
        inputHash: 'h',
        at: at + 1,
        abandonedSince: at - 1,
        maxKeysPerCaller: 4,
      });

    test('keeps its idempotency keys and their records, also when two processes migrate it at the same time', async () => {
      await executeStatements(settings, [
        'create table tributary_schema (version bigint primary key)',
        ...migrations.slice(0, answerTableVersion).flat(),
        ...Array.from({ length: answerTableVersion }, (_, index) => `insert into tributary_schema values (${index + 1})`),
        `insert into tributary_action (audit_id, caller, mutation, action, task_id, recorded_at, sent_from, outcome, outcome_at)
          values ('b', 'key:sre', 'retryTask', 'RETRY', 'vcf:1', ${at}, 'FAILED', 'ACCEPTED', ${at})`,
        insertAnswer('recorded', `'a', 'UNKNOWN', '[]'`),
        insertAnswer('sent', `'b', null, null`),
        insertAnswer('new', 'null, null, null'),
      ]);
      const [store, second] = await Promise.all([open(settings), isShared ? open(settings) : null]);
      const other = second ?? store;
      const record = { inputHash: 'h', outcome: 'UNKNOWN', errors: [], auditId: 'a' };
      expect(await claim(store, 'recorded')).toEqual({ kind: 'recorded', record });
      const pending = { kind: 'pending', inputHash: 'h', claimedAt: at };
      expect(await claim(store, 'sent')).toEqual({ ...pending, action: { auditId: 'b', outcome: 'ACCEPTED' } });
      expect(await claim(other, 'new')).toEqual({ ...pending, action: null });
      await other.idempotency.saveIdempotencyRecord('claim of new', { ...record, outcome: 'ACCEPTED', auditId: 'c' });
      expect(await claim(store, 'new')).toEqual({ kind: 'recorded', record: { ...record, outcome: 'ACCEPTED', auditId: 'c' } });
      expect(await claim(store, 'fourth')).toMatchObject({ kind: 'claimed' });
      expect(await claim(store, 'fifth')).toEqual({ kind: 'limitReached' });
      await expect(executeStatements(settings, ['select * from tributary_answer'])).rejects.toThrow('tributary_answer');
      await Promise.all([store.close(), second?.close()]);
    });

    test('keeps its audit trail, and appends to it', async () => {
      await (await open(settings)).close();
      await executeStatements(
        settings,
        linksOfEarlierVersion.flatMap(({ position, previous, hash, entry }) => [
          `insert into tributary_audit (position, previous, entry, hash) values (${position}, '${previous}', '${entry}', '${hash}')`,
          `update tributary_setting set value = '${position}:${hash}' where name = 'auditHead'`,
        ]),
      );
      const store = await open(settings);
      expect(await verifyAuditTrail(store.audit)).toMatchObject({ kind: 'whole', head: { position: 4 } });
      const request = {
        caller: 'key:sre',
        mutation: 'retryTask',
        action: 'RETRY',
        taskId: 'vcf:1',
        reason: null,
        claimId: null,
        at,
      } as const;
      await store.actions.recordRefusals([{ ...request, refusedFor: ['DENIED'], appearsInTaskHistory: true }]);
      await store.actions.recordCountedRefusals(
        [{ caller: 'key:sre', since: at, refused: [{ mutation: 'retryTask', refusedFor: ['DENIED'], count: 7 }] }],
        at,
      );
      expect((await store.audit.readLinks(0)).slice(0, 4)).toEqual(linksOfEarlierVersion);
      expect(await verifyAuditTrail(store.audit)).toMatchObject({ kind: 'whole', head: { position: 7 } });
      await store.close();
    });
  });
}
