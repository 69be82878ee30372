import { existsSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kysely, sql } from 'kysely';

import { timerScheduler } from '../../src/lib/scheduler.js';
import { SqliteThreadDialect } from '../../src/store/sql/sqlite-dialect.js';
import { SqliteThread } from '../../src/store/sql/sqlite-thread.js';
import { executeStatements, open, sqlite, type StoreMaker } from './stores.js';

let maker: StoreMaker;
beforeAll(async () => {
  maker = await sqlite.start();
});
afterAll(() => maker.stop());

/** A connection with a table, and a way to end its thread as a crash would. */
async function openThread() {
  const settings = await maker.newStore();
  const thread = new SqliteThread(settings.kind === 'sqlite' ? settings.path : '');
  const db = new Kysely<{ item: { name: string } }>({ dialect: new SqliteThreadDialect(thread, timerScheduler) });
  await sql`create table item (name text primary key)`.execute(db);
  const names = async (): Promise<readonly string[]> => (await db.selectFrom('item').select('name').execute()).map(({ name }) => name);
  return { thread, db, names };
}

/** A statement that takes a while. */
const countTo = (limit: number) =>
  sql<{
    counted: number;
  }>`with recursive n(x) as (select 1 union all select x + 1 from n limit ${limit}) select count(*) as counted from n`;

test('the event loop turns while SQLite works', async () => {
  const { db } = await openThread();
  let counted: number | undefined;
  void countTo(1_000_000)
    .execute(db)
    .then(({ rows }) => (counted = rows[0]?.counted));
  let turns = 0;
  for (; counted === undefined; turns += 1) await setImmediate();
  expect([counted, turns > 10]).toEqual([1_000_000, true]);
  await db.destroy();
});

test('the event loop turns while a long list of forgotten tasks is parsed', async () => {
  const settings = await maker.newStore();
  const store = await open(settings);
  await executeStatements(settings, [
    `with recursive n(x) as (select 1 union all select x + 1 from n limit 2500)
      insert into tributary_task (task_id, source_name, local_id, digest, state, status, observed_at, gone_at, change_count)
      select 'vcf:' || x, 'vcf', x, '', '{"id":"vcf:' || x || '","parts":[]}', 'FAILED', x, 1, 0 from n`,
  ]);
  let tasks: readonly unknown[] | undefined;
  const history = store.history.readForgottenTasks('vcf', { createdAfter: null, createdBefore: null, atMost: 2_500 });
  void history.then((found) => (tasks = found));
  let turns = 0;
  for (; tasks === undefined; turns += 1) await setImmediate();
  expect([tasks.length, turns >= 4]).toEqual([2_500, true]);
  await store.close();
});

test('when the thread ends, what is in progress fails and is rolled back, and the next query starts another one', async () => {
  const { thread, db, names } = await openThread();
  await db.insertInto('item').values({ name: 'before' }).execute();
  const cut = db.transaction().execute(async (transaction) => {
    await transaction.insertInto('item').values({ name: 'cut' }).execute();
    await thread.end();
    // It must not reach a new thread, where it would not be part of the transaction.
    await transaction.insertInto('item').values({ name: 'alone' }).execute();
  });
  const waiting = names();
  await expect(cut).rejects.toMatchObject({ name: 'SqliteThreadError', code: 'STORE_THREAD_ENDED' });
  expect(await waiting).toEqual(['before']);
  await db.insertInto('item').values({ name: 'after' }).execute();
  expect(await names()).toEqual(['before', 'after']);
  await db.destroy();
});

test('a thread that is started again opens the file that it had, and no other', async () => {
  const settings = await maker.newStore();
  const path = settings.kind === 'sqlite' ? settings.path : '';
  const thread = new SqliteThread(path, { lockPath: `${path}-lock` });
  await thread.open();
  await thread.ask({ kind: 'execute', statement: 'create table item (name text primary key)' });
  await thread.end();
  await thread.open();
  await thread.end();
  rmSync(path);
  await expect(thread.open()).rejects.toMatchObject({ code: 'STORE_FILE_CHANGED' });
  expect(existsSync(path)).toBe(false);
});

test('a statement that is waited for when the thread ends fails', async () => {
  const { thread, db } = await openThread();
  // Not a query: libsql ends the process when its thread is ended while it prepares one.
  const statement = 'with recursive n(x) as (select 1 union all select x + 1 from n limit 10000000) select count(*) from n';
  const waiting = thread.ask({ kind: 'execute', statement });
  await setImmediate();
  const ending = thread.end();
  await expect(waiting).rejects.toMatchObject({ code: 'STORE_THREAD_ENDED' });
  await ending;
  await db.destroy();
});

test('transactions and queries that are requested at the same time come one after the other', async () => {
  const { db, names } = await openThread();
  const add = (name: string) =>
    db.transaction().execute(async (transaction) => {
      await transaction.insertInto('item').values({ name }).execute();
      await setImmediate();
      if (name === 'b') throw new Error('b is not wanted.');
    });
  const results = await Promise.allSettled([add('a'), add('b'), names(), add('c')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(results[2]).toMatchObject({ value: ['a'] });
  expect(await names()).toEqual(['a', 'c']);
  await db.destroy();
});

test('an error of SQLite keeps its name, its message and its codes', async () => {
  const { db } = await openThread();
  await db.insertInto('item').values({ name: 'a' }).execute();
  const again = db.insertInto('item').values({ name: 'a' }).execute();
  await expect(again).rejects.toMatchObject({ name: 'SqliteError', code: 'SQLITE_CONSTRAINT_PRIMARYKEY', rawCode: 1555 });
  await expect(sql`select * from nowhere`.execute(db)).rejects.toThrow('no such table: nowhere');
  await db.destroy();
});

test('a request that cannot be sent to the thread fails alone, and those after it get their own answers', async () => {
  const thread = new SqliteThread(':memory:');
  await thread.open();
  const failed = thread.ask({ kind: 'query', statement: 'select ? as n', parameters: [() => 1] });
  const others = [2, 3].map((n) => thread.ask({ kind: 'query', statement: 'select ? as n', parameters: [n] }));
  await expect(failed).rejects.toThrow('could not be cloned');
  expect((await Promise.all(others)).map(({ rows }) => rows)).toEqual([[{ n: 2 }], [{ n: 3 }]]);
  await thread.close();
});
