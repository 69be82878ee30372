import { setImmediate } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { Certificates, type KeyPair, openssl } from '../upstream/certificates.js';
import { describeWith } from '../support/describe-with-tool.js';
import { postgres, PostgresServer } from './postgres-server.js';
import { open as openStore } from './stores.js';

const retentionMs = 3_600_000;

describeWith(postgres, openssl)('a store in a database server', () => {
  const certificates = new Certificates();
  let server: PostgresServer;
  let authority: KeyPair;
  let url: string;
  beforeAll(async () => {
    authority = certificates.authority('authority');
    server = await PostgresServer.start();
    await server.offerTls(certificates.server('server', 'authority', 'IP:127.0.0.1', ['20200101000000Z', '20490101000000Z']));
  });
  beforeEach(async () => {
    url = await server.newDatabase();
  });
  afterAll(async () => {
    await server.stop();
    certificates.remove();
  });

  /** Opens the store, and returns what the server knows of its session. */
  async function open(location: string, ca?: string): Promise<Record<string, unknown>> {
    const store = await openStore({ kind: 'postgres', url: location, retentionMs, tls: { ca } });
    await store.tracking.readTrackedIds('catalog');
    const query =
      "select ssl, application_name as name, query from pg_stat_activity join pg_stat_ssl using (pid) where application_name = 'tributary'";
    const [session = {}] = await server.query(url, query);
    await store.close();
    return session;
  }

  test('is reached with TLS where its authority is given as a configuration key, or in the URL', async () => {
    expect(await open(url)).toMatchObject({ ssl: false });
    expect(await open(url, authority.cert)).toMatchObject({ ssl: true });
    expect(await open(`${url}?sslrootcert=${certificates.file('authority')}`)).toMatchObject({ ssl: true });
    expect(await open(`${url}?sslmode=no-verify`)).toMatchObject({ ssl: true });
  });

  test.each([
    [
      'an unknown authority',
      '?sslmode=require',
      'the certificate of the server is signed by an unknown authority; name it in store.tls.caFile',
    ],
    [
      'another host name',
      '?sslmode=verify-full&sslrootcert=AUTHORITY&host=localhost',
      'the certificate of the server is for another host name',
    ],
    ['a port where nothing listens', '?port=1', 'the server cannot be reached (ECONNREFUSED)'],
    ['a database that is not there', '?dbname=none', 'there is no such database'],
    ['an unknown user', '?user=nobody', 'the server refuses the user or the password'],
    ['a setting that is unknown', '?options=-c%20statement_timeot=1', 'unrecognized configuration parameter "statement_timeot"'],
  ])('with %s is refused in words, without its password', async (_, parameters, why) => {
    const location = `${url}${parameters.replace('AUTHORITY', certificates.file('authority'))}`;
    const message = `The store postgres://${server.address}${new URL(url).pathname} cannot be used: ${why}.`;
    await expect(open(location)).rejects.toMatchObject({ message });
  });

  test('takes the settings of its URL, other than as parts of the start-up message', async () => {
    await server.query(url, 'create schema tasks');
    await open(`${url}?options=-c%20search_path=tasks%20--lock-timeout=5s&statement_timeout=4000`);
    expect(await server.query(url, 'select count(*)::int from tasks.tributary_schema')).not.toEqual([{ count: 0 }]);
  });

  test('is found on the first of several hosts that takes writes', async () => {
    expect(await open(url.replace('@', '@127.0.0.1:1,'))).toMatchObject({ name: 'tributary' });
    await expect(open(url.replace(server.address, '127.0.0.1:1,localhost:2'))).rejects.toThrow(
      'The store postgres://127.0.0.1:1,localhost:2/',
    );
  });

  test('gives a connection back after its lifetime, long before an idle one would be closed', async () => {
    const store = await openStore({ kind: 'postgres', url, retentionMs, maxLifetimeMs: 50 });
    await store.tracking.readTrackedIds('catalog');
    const begunAt = performance.now();
    const count = "select count(*)::int from pg_stat_activity where application_name = 'tributary'";
    while ((await server.query(url, count))[0]?.['count'] !== 0) await setImmediate();
    expect(performance.now() - begunAt).toBeLessThan(9_000);
    expect(await store.tracking.readTrackedIds('catalog')).toEqual([]);
    await store.close();
  });

  test('that takes no writes is refused in words', async () => {
    const { pathname } = new URL(url);
    await server.query(url, `alter database ${pathname.slice(1)} set default_transaction_read_only = on`);
    await expect(open(url)).rejects.toThrow('cannot be used: the server takes no writes.');
  });
});
