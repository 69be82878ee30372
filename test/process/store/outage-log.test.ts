import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Libsql from 'libsql';
import { request } from 'undici';

import { VcfSimulator } from '../../../src/sources/vcf/simulator/vcf-simulator.js';
import { describeWith } from '../../support/describe-with-tool.js';
import type { Json } from '../../support/post.js';
import { startTestGateway } from '../../support/test-gateway.js';
import { waitUntil } from '../../support/wait-until.js';
import { postgres, PostgresServer } from '../../store/postgres-server.js';

let plane: VcfSimulator;
let folder: string;
beforeAll(async () => {
  plane = await VcfSimulator.start({ seed: 1, name: 'vcf', now: Date.now });
  folder = mkdtempSync(join(tmpdir(), 'tributary-outage-'));
});
afterAll(async () => {
  await plane.close();
  rmSync(folder, { recursive: true });
});

/** A gateway whose store is taken away and given back; returns what it answered meanwhile, and its log from then on. */
async function loseStore(store: object, lose: () => Promise<void>, restore: () => Promise<void>) {
  const sources = [{ name: 'vcf', kind: 'vcf', url: plane.url, ...plane.settings }];
  const { gateway, log, graphql } = await startTestGateway(sources, {
    configuration: { store: { ...store, record: 'watched' } },
    logLevel: 'info',
  });
  const readHistory = () => graphql('{ tasks(first: 3, maxAgeMs: 60000) { nodes { history { status } actions { outcome } } } }');
  // They are there before the list is read: for a second, a task that is not in it does not exist.
  const ids = [1, 2, 3].map(() => `vcf:${plane.addTask({ status: 'FAILED' })}`);
  const retry = async (): Promise<string> => {
    const id = ids.shift();
    return (await graphql(`mutation { retryTask(input: { id: "${id}" }) { outcome } }`)).data.retryTask.outcome;
  };
  try {
    await readHistory();
    log.length = 0;
    await lose();
    const answer = await readHistory();
    const audit = await request(`${gateway.origin}/audit`);
    const outcomes = [await retry()];
    // A store that cannot be written may be readable, which does not end the outage.
    await readHistory();
    outcomes.push(await retry());
    await restore();
    outcomes.push(await retry());
    await waitUntil(() => log.some((line) => line.includes('store is back after')), 'the end of the outage');
    return { answer, audit: [audit.statusCode, await audit.body.text()], outcomes, log: log.map((line): Json => JSON.parse(line)) };
  } finally {
    await gateway.close();
  }
}

const isOfStore = ({ msg }: Json): boolean => /store/i.test(msg);
const unavailable = { code: 'STORE_UNAVAILABLE', retryAfterMs: expect.any(Number), fields: ['actions', 'history'] };
const message = 'The gateway cannot read its store now; try again later.';

describeWith(postgres)('an outage of a database server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());

  test('is logged once, with its end, names the store, and is one error of each response', async () => {
    const url = await server.newDatabase();
    const lost = await loseStore(
      { kind: 'postgres', url },
      () => server.kill(),
      () => server.resume(),
    );
    expect(lost.answer.data.tasks.nodes).toEqual(Array.from({ length: 3 }, () => ({ history: null, actions: null })));
    expect(lost.answer.errors).toMatchObject([{ message, extensions: unavailable }]);
    expect(lost.audit).toEqual([503, expect.stringContaining('"code":"STORE_UNAVAILABLE"')]);
    expect(lost.outcomes).toEqual(['REJECTED', 'REJECTED', 'ACCEPTED']);
    const place = `postgres://${server.address}${new URL(url).pathname}`;
    const reason = expect.stringMatching(
      /^the server (cannot be reached \(ECONN\w+\)|is starting or shutting down)$|^Connection terminated unexpectedly$/,
    );
    const lines = lost.log.filter((line) => isOfStore(line) && line.role === undefined);
    expect(lines).toMatchObject([
      { level: 50, store: 'postgres', reason, msg: expect.stringContaining(`The store ${place} cannot be used: `) },
      { level: 30, store: 'postgres', afterMs: expect.any(Number), msg: expect.stringMatching(/^The store is back after \d+ s\.$/) },
    ]);
    expect(lost.log.filter(({ err }) => err !== undefined)).toEqual([]);
  });

  test('tables that are missing are one outage, for the blockers and the log, and end with it', async () => {
    const url = await server.newDatabase();
    const sources = [{ name: 'vcf', kind: 'vcf', url: plane.url, ...plane.settings }];
    const { gateway, log, graphql } = await startTestGateway(sources, {
      configuration: { store: { kind: 'postgres', url, record: 'always' } },
      logLevel: 'info',
    });
    const id = `vcf:${plane.addTask({ status: 'FAILED' })}`;
    const blockers = async () => (await graphql(`{ task(id: "${id}") { retry { blockers { code } } } }`)).data.task.retry.blockers;
    const countSessions = async () => {
      const [row] = await server.query(url, 'select sessions from pg_stat_database where datname = current_database()');
      return Number(row?.['sessions']);
    };
    try {
      expect(await blockers()).toEqual([]);
      log.length = 0;
      for (const table of ['interest', 'audit']) await server.query(url, `alter table tributary_${table} rename to away_${table}`);
      const retried = await graphql(`mutation { retryTask(input: { id: "${id}" }) { outcome } }`);
      expect(retried.data.retryTask.outcome).toBe('REJECTED');
      expect(await blockers()).toEqual([{ code: 'LEDGER_UNAVAILABLE' }]);
      // Counting takes a session as well. In the meantime the connection of replication is replaced several times.
      const before = await countSessions();
      for (let counted = 1; (await countSessions()) < before + counted + 4; counted += 1);
      for (const table of ['interest', 'audit']) await server.query(url, `alter table away_${table} rename to tributary_${table}`);
      while ((await blockers()).length > 0);
      await waitUntil(() => log.some((line) => line.includes('store is back after')), 'the end of the outage');
      const lines = log.map((line): Json => JSON.parse(line)).filter((line) => isOfStore(line) && line.role === undefined);
      expect(lines).toMatchObject([{ level: 50, reason: 'one of its tables is missing' }, { level: 30 }]);
    } finally {
      await gateway.close();
    }
  });
});

test('a locked file is logged once, with its end', async () => {
  const path = join(folder, 'locked.db');
  let other: Libsql.Database | null = null;
  const lost = await loseStore(
    { kind: 'sqlite', path },
    async () => {
      other = new Libsql(path);
      other.exec('begin immediate');
    },
    async () => {
      other?.exec('rollback');
      other?.close();
    },
  );
  expect(lost.outcomes).toEqual(['REJECTED', 'REJECTED', 'ACCEPTED']);
  expect(lost.log.filter(isOfStore)).toMatchObject([
    { store: 'sqlite', msg: `The store ${path} cannot be used: another process has locked it. Actions are refused until it is back.` },
    { store: 'sqlite', msg: expect.stringMatching(/^The store is back after/) },
  ]);
  expect(lost.log.filter(({ err }) => err !== undefined)).toEqual([]);
});
