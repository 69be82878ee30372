import { expect, test } from '@jest/globals';
import Libsql from 'libsql';
import pg from 'pg';

import type { StoreSettings } from '../../src/store/store.js';
import { verifyAuditTrail } from '../../src/store/audit-trail.js';
import { describeWith } from '../support/describe-with-tool.js';
import { linksOfEarlierVersion } from './links-of-earlier-version.js';
import { durableStores, open } from './stores.js';

const at = Date.UTC(2026, 10, 21, 9);

/** Runs statements that no store has. */
async function run(settings: StoreSettings, statements: readonly string[]): Promise<void> {
  if (settings.kind === 'sqlite') {
    const database = new Libsql(settings.path);
    for (const statement of statements) database.exec(statement);
    database.close();
  }
  if (settings.kind === 'postgres') {
    const client = new pg.Client(settings.url);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }
}

for (const { kind, tool, start } of durableStores) {
  describeWith(tool)(`a trail in ${kind}`, () => {
    test('that an earlier version began is whole, and goes on', async () => {
      const maker = await start();
      const settings = await maker.newStore();
      await (await open(settings)).close();
      await run(
        settings,
        linksOfEarlierVersion.flatMap(({ position, previous, hash, entry }) => [
          `insert into tributary_audit (position, previous, entry, hash) values (${position}, '${previous}', '${entry}', '${hash}')`,
          `update tributary_setting set value = '${position}:${hash}' where name = 'auditHead'`,
        ]),
      );
      const store = await open(settings);
      expect(await verifyAuditTrail(store.audit)).toMatchObject({ kind: 'whole', head: { position: 4 } });
      const asked = {
        caller: 'key:sre',
        mutation: 'retryTask',
        action: 'RETRY',
        taskId: 'vcf:1',
        reason: null,
        claimId: null,
        at,
      } as const;
      await store.actions.recordRefusals([{ ...asked, refusedFor: ['DENIED'], appearsInTaskHistory: true }]);
      await store.actions.recordCountedRefusals(
        [{ caller: 'key:sre', since: at, refused: [{ mutation: 'retryTask', refusedFor: ['DENIED'], count: 7 }] }],
        at,
      );
      expect((await store.audit.read(0)).slice(0, 4)).toEqual(linksOfEarlierVersion);
      expect(await verifyAuditTrail(store.audit)).toMatchObject({ kind: 'whole', head: { position: 7 } });
      await store.close();
      await maker.stop();
    });
  });
}
