import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { migrations } from '../../src/store/sql/migrations.js';
import type { StoreSettings } from '../../src/store/store.js';
import { describeWith } from '../support/describe-with-tool.js';
import { type Client, Site } from './site.js';
import { durableStores, executeStatements, open, type StoreMaker } from './stores.js';

const refused = { outcome: 'REJECTED', errors: [{ blockers: [{ code: 'LEDGER_UNAVAILABLE' }] }] };

for (const { kind, tool, start } of durableStores) {
  describeWith(tool)(`a store in ${kind} whose content changes under a gateway`, () => {
    let maker: StoreMaker;
    let site: Site;
    let store: StoreSettings;
    beforeAll(async () => {
      [maker, site] = await Promise.all([start(), Site.start()]);
    });
    beforeEach(async () => {
      store = await maker.newStore();
    });
    afterEach(() => site.closeGateways());
    afterAll(async () => {
      await site.close();
      await maker.stop();
    });

    async function expectRefusal(client: Client): Promise<void> {
      const id = site.failedTask();
      expect(await client.retry({ id, idempotencyKey: 'k' })).toMatchObject(refused);
      expect(await client.retry({ id })).toMatchObject(refused);
      expect(site.sent(id)).toEqual([]);
    }

    async function expectSent(client: Client): Promise<void> {
      const id = site.failedTask();
      expect(await client.retry({ id })).toMatchObject({ outcome: 'ACCEPTED' });
      expect(site.sent(id)).toHaveLength(1);
    }

    test.each<[string, readonly string[], readonly string[]]>([
      [
        'another store is at its place',
        [`update tributary_setting set value = value || '!' where name = 'storeId'`],
        [`update tributary_setting set value = replace(value, '!', '') where name = 'storeId'`],
      ],
      [
        'its tables are emptied',
        ['create table kept as select * from tributary_setting', 'delete from tributary_setting'],
        ['insert into tributary_setting select * from kept'],
      ],
      ['its tables are dropped', ['alter table tributary_audit rename to kept'], ['alter table kept rename to tributary_audit']],
      [
        'a newer version of the gateway migrates it',
        [`insert into tributary_schema values (${migrations.length + 1})`],
        [`delete from tributary_schema where version > ${migrations.length}`],
      ],
      [
        'an older copy of it is restored',
        [
          `update tributary_setting set name = 'kept' where name = 'auditHead'`,
          `insert into tributary_setting values ('auditHead', '1:${'0'.repeat(64)}')`,
        ],
        [`delete from tributary_setting where name = 'auditHead'`, `update tributary_setting set name = 'auditHead' where name = 'kept'`],
      ],
    ])('no action is sent after %s, reads go on, and when that is undone actions are sent', async (_what, change, undo) => {
      const client = await site.gateway(store);
      await expectSent(client);
      await executeStatements(store, change);
      await expectRefusal(client);
      expect((await client.listed()).source).toMatchObject({ problem: null });
      await executeStatements(store, undo);
      await expectSent(client);
    });

    test('the tasks of one store are neither written into another one nor pruned from it', async () => {
      const opened = await open(store);
      await executeStatements(store, [`update tributary_setting set value = 'other' where name = 'storeId'`]);
      const observation = { id: 'vcf:1', task: null, changes: [], forgotten: { at: 1, observedAt: null } };
      await expect(opened.history.record([observation])).rejects.toMatchObject({ name: 'StoreUnavailableError' });
      await expect(opened.prune([])).rejects.toMatchObject({ name: 'StoreUnavailableError' });
      await opened.close();
    });

    test('an action whose record is lost before it is sent is not sent', async () => {
      const opened = await open(store);
      const auditId = await opened.actions.recordIntent({
        caller: 'c',
        mutation: 'retryTask',
        action: 'RETRY',
        taskId: 'vcf:1',
        reason: null,
        statusBefore: 'FAILED',
        claimId: null,
        at: 0,
      });
      await executeStatements(store, ['delete from tributary_action']);
      const lock = opened.actions.lockTask({
        taskId: 'vcf:1',
        auditId,
        statusBefore: 'FAILED',
        at: 0,
        until: 1,
        concludedBefore: 0,
        releasedAuditId: null,
      });
      await expect(lock).rejects.toMatchObject({ name: 'StoreUnavailableError' });
      await opened.close();
    });

    test.each([
      ['quotes and comments', `'; drop table tributary_audit; --"\`/* */`],
      ['the signs of parameters', '$1 ? ?1 :name @name %s {0} \\'],
      ['characters of four bytes', '\u{1F600}'.repeat(100)],
    ])('texts with %s are stored as they are', async (_what, text) => {
      const opened = await open(store);
      await opened.tracking.track(text, text, { auditId: text, caller: text, mutation: text, at: 0 });
      expect(await opened.tracking.readTrackedIds(text)).toEqual([text]);
      const key = { caller: text, mutation: text, taskId: text, idempotencyKey: text };
      const request = { inputHash: text, at: 1, abandonedSince: 0, maxKeysPerCaller: 10 };
      const claim = await opened.idempotency.claimIdempotencyKey(key, request);
      const claimId = claim.kind === 'claimed' ? claim.claimId : null;
      const at = Date.UTC(2026, 0);
      await opened.actions.recordIntent({
        caller: text,
        mutation: text,
        action: 'RETRY',
        taskId: text,
        reason: text,
        statusBefore: 'FAILED',
        claimId,
        at,
      });
      expect((await opened.actions.readActions([text])).get(text)).toMatchObject([{ by: text, reason: text }]);
      const entries = (await opened.audit.readLinks(0)).map(({ entry }): unknown => JSON.parse(entry));
      expect(entries).toMatchObject([{ caller: text }, {}, { caller: text, mutation: text, taskId: text, reason: text }]);
      expect(await opened.tracking.untrack(text, text)).toBe(true);
      await opened.close();
    });
  });
}
