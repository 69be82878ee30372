import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';

import { timerScheduler } from '../../src/lib/scheduler.js';
import { checkStore, openStore } from '../../src/store/open-store.js';
import { StoreError, type StoreSettings, type Store } from '../../src/store/store.js';
import { migrations } from '../../src/store/sql/migrations.js';
import type { ActionIntent } from '../../src/store/action-journal.js';
import type { IdempotencyKey } from '../../src/store/idempotency-store.js';
import { describeWith } from '../support/describe-with-tool.js';
import { durableStores, executeStatements, open, sqlite, type StoreMaker, unreportedAvailability } from './stores.js';

const key: IdempotencyKey = { caller: 'c', mutation: 'retryTask', taskId: 'vcf:1', idempotencyKey: 'k' };
const hour = 3_600_000;

/** What a check says, and then the start. */
async function refusal(settings: StoreSettings): Promise<string> {
  const [checked, opened] = [await describeRefusal(checkStore(settings)), await describeRefusal(open(settings))];
  expect(checked).toBe(opened);
  return opened;
}

async function describeRefusal(opening: Promise<Store | void>): Promise<string> {
  return opening.then(
    async (store) => {
      await store?.close();
      return 'opened';
    },
    (error: unknown) => (error instanceof StoreError ? error.message : `not a StoreError: ${String(error)}`),
  );
}

for (const { kind, isShared, tool, start } of durableStores) {
  describeWith(tool)(`a store in ${kind}`, () => {
    let maker: StoreMaker;
    let settings: StoreSettings;
    let now: number;
    beforeAll(async () => {
      maker = await start();
    });
    beforeEach(async () => {
      now = 1_763_700_000_000;
      settings = await maker.newStore();
    });
    afterAll(() => maker.stop());

    const claim = (store: Store) =>
      store.idempotency.claimIdempotencyKey(key, { inputHash: 'h', at: now, abandonedSince: 0, maxKeysPerCaller: 100_001 });
    const act = async (store: Store): Promise<string> => {
      const own = await claim(store);
      const claimId = own.kind === 'claimed' ? own.claimId : null;
      const intent: ActionIntent = {
        caller: 'c',
        mutation: 'm',
        action: 'RETRY',
        taskId: 't',
        reason: null,
        statusBefore: 'FAILED',
        claimId,
        at: now,
      };
      return store.actions.recordIntent(intent);
    };

    test('contains the same after it is closed and opened again', async () => {
      const first = await open(settings, () => now);
      await first.tracking.track('catalog', 'one');
      const hashKey = await first.idempotency.readInputHashKey();
      const auditId = await act(first);
      await first.actions.recordOutcome(auditId, 'REJECTED', now);
      await first.close();
      const second = await open(settings, () => now);
      expect(await second.tracking.readTrackedIds('catalog')).toEqual(['one']);
      expect(await second.idempotency.readInputHashKey()).toEqual(hashKey);
      expect(await claim(second)).toMatchObject({ action: { auditId, outcome: 'REJECTED' } });
      await second.close();
    });

    test('is reported when it begins, and not when it is opened again', async () => {
      let begun = 0;
      for (const count of [1, 1]) {
        const environment = {
          now: Date.now,
          scheduler: timerScheduler,
          availability: unreportedAvailability(),
          onNewStore: () => (begun += 1),
        };
        await (await openStore(settings, environment)).close();
        expect(begun).toBe(count);
      }
    });

    test('returns an interrupted action until it is reconciled, and accepts a late outcome', async () => {
      const cut = await open(settings, () => now);
      const auditId = await act(cut);
      expect(await cut.actions.readInterruptedActions()).toEqual([]);
      now += hour + 1;
      if (!isShared) await cut.close();
      const store = await open(settings, () => now);
      expect(await claim(store)).toMatchObject({ action: { auditId, outcome: null } });
      expect(await store.actions.readInterruptedActions()).toEqual([{ auditId, action: 'RETRY', taskId: 't', statusBefore: 'FAILED' }]);
      await store.actions.reconcileAction(auditId, 'UNKNOWN', now);
      expect(await store.actions.readInterruptedActions()).toEqual([]);
      await store.actions.reconcileAction(auditId, 'REJECTED', now);
      expect(await claim(store)).toMatchObject({ action: { auditId, outcome: 'UNKNOWN' } });
      await (isShared ? cut : store).actions.recordOutcome(auditId, 'ACCEPTED', now);
      expect(await claim(store)).toMatchObject({ action: { auditId, outcome: 'ACCEPTED' } });
      await Promise.all([...(isShared ? [cut.close()] : []), store.close()]);
    });

    test('of a newer version is refused, without its password in the message, and left unchanged', async () => {
      await (await open(settings)).close();
      await executeStatements(settings, [`insert into tributary_schema values (${migrations.length + 1})`]);
      const message = await refusal(settings);
      expect(message).toContain(`it is of version ${migrations.length + 1}, made by a newer Tributary`);
      expect(message).toMatch(
        kind === 'sqlite' ? /^The store \/.*\.db cannot/ : /^The store postgres:\/\/127\.0\.0\.1:\d+\/test\d+ cannot/,
      );
      expect(message).not.toContain('not-shown');
    });

    test('with a table of another program is refused and left unchanged', async () => {
      await executeStatements(settings, ['create table tributary_tracked (mine integer)']);
      expect(await refusal(settings)).toContain('already exists');
      await executeStatements(settings, ['insert into tributary_tracked (mine) values (1)']);
      await expect(executeStatements(settings, ['select * from tributary_schema'])).rejects.toThrow('tributary_schema');
    });

    if (!isShared) return;

    test('is shared by all connections to it', async () => {
      const [one, other] = await Promise.all([open(settings), open(settings)]);
      await one.tracking.track('catalog', 'a');
      expect(await other.tracking.readTrackedIds('catalog')).toEqual(['a']);
      expect(await other.idempotency.readInputHashKey()).toEqual(await one.idempotency.readInputHashKey());
      const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => claim(index % 2 === 0 ? one : other)));
      expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
      await Promise.all([one.close(), other.close()]);
    });

    test('is created once, also when eight connections open it at the same time', async () => {
      const stores = await Promise.all(Array.from({ length: 8 }, () => open(settings)));
      const keys = await Promise.all(stores.map(async (store) => Buffer.from(await store.idempotency.readInputHashKey()).toString('hex')));
      expect(new Set(keys).size).toBe(1);
      await Promise.all(stores.map((store) => store.close()));
    });
  });
}

describe('a store in a file', () => {
  let maker: StoreMaker;
  let path: string;
  beforeAll(async () => {
    maker = await sqlite.start();
  });
  beforeEach(async () => {
    const settings = await maker.newStore();
    path = settings.kind === 'sqlite' ? settings.path : '';
  });
  afterAll(() => maker.stop());

  test('is readable by its owner alone and uses the write-ahead log', async () => {
    const store = await open({ kind: 'sqlite', path, retentionMs: hour });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path).subarray(18, 20)).toEqual(Buffer.from([2, 2]));
    await store.close();
  });

  test.each([
    ['that is no database', () => writeFileSync(path, 'These are words. '.repeat(100)), 'it is no SQLite database.'],
    ['that is a folder', () => mkdirSync(path), 'it is a folder.'],
    ['in a folder that is not there', () => (path += '/none/x.db'), 'its folder FOLDER is not there.'],
  ])('%s is refused with its path', async (_, prepare, why) => {
    prepare();
    expect(await refusal({ kind: 'sqlite', path, retentionMs: hour })).toBe(
      `The store ${path} cannot be used: ${why.replace('FOLDER', dirname(path))}`,
    );
  });

  test('that another process has locked is refused', async () => {
    const other = new Database(path);
    other.exec('begin immediate');
    expect(await refusal({ kind: 'sqlite', path, retentionMs: hour })).toBe(
      `The store ${path} cannot be used: another process has locked it.`,
    );
    other.exec('rollback');
    other.close();
  });
});

test('an unreachable database server is reported without the password', async () => {
  const url = 'postgres://user:hunter2@127.0.0.1:1/db?password=hunter2';
  expect(await refusal({ kind: 'postgres', url, retentionMs: hour })).toBe(
    'The store postgres://127.0.0.1:1/db cannot be used: the server cannot be reached (ECONNREFUSED).',
  );
});
