import { expect, test } from '@jest/globals';
import Libsql from 'libsql';
import pg from 'pg';

import type { StoreSettings } from '../../src/store/store.js';
import { verifyAuditTrail } from '../../src/store/audit-trail.js';
import { describeWith } from '../support/describe-with-tool.js';
import { linksOfEarlierVersion } from './links-of-earlier-version.js';
import { durableStores, open } from './stores.js';

const at = Date.UTC(2026, 10, 21, 9);

/** Runs statements that no ledger has. */
async function run(store: StoreSettings, statements: readonly string[]): Promise<void> {
  if (store.kind === 'sqlite') {
    const database = new Libsql(store.path);
    for (const statement of statements) database.exec(statement);
    database.close();
  }
  if (store.kind === 'postgres') {
    const client = new pg.Client(store.url);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }
}

for (const { kind, tool, start } of durableStores) {
  describeWith(tool)(`a trail in ${kind}`, () => {
    test('that an earlier version began is whole, and goes on', async () => {
      const maker = await start();
      const store = await maker.newStore();
      await (await open(store)).close();
      await run(
        store,
        linksOfEarlierVersion.flatMap(({ position, previous, hash, entry }) => [
          `insert into tributary_audit (position, previous, entry, hash) values (${position}, '${previous}', '${entry}', '${hash}')`,
          `update tributary_setting set value = '${position}:${hash}' where name = 'auditHead'`,
        ]),
      );
      const ledger = await open(store);
      expect(await verifyAuditTrail(ledger.audit)).toMatchObject({ kind: 'whole', head: { position: 4 } });
      const asked = {
        caller: 'key:sre',
        mutation: 'retryTask',
        action: 'RETRY',
        taskId: 'vcf:1',
        reason: null,
        claimId: null,
        at,
      } as const;
      await ledger.recordRefusals([{ ...asked, refusedFor: ['DENIED'], appearsInTaskHistory: true }]);
      await ledger.recordCountedRefusals(
        [{ caller: 'key:sre', since: at, refused: [{ mutation: 'retryTask', refusedFor: ['DENIED'], count: 7 }] }],
        at,
      );
      expect((await ledger.audit.read(0)).slice(0, 4)).toEqual(linksOfEarlierVersion);
      expect(await verifyAuditTrail(ledger.audit)).toMatchObject({ kind: 'whole', head: { position: 7 } });
      await ledger.close();
      await maker.stop();
    });
  });
}
