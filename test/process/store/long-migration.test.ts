import { setImmediate } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';

import { VcfSimulator } from '../../../src/sources/vcf/simulator/vcf-simulator.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { startTestGateway } from '../../support/test-gateway.js';
import { postgres, PostgresServer } from '../../store/postgres-server.js';

/** Those of a statement are 5 s at the server and 5.5 s at the gateway. */
const beyondAllDeadlines = '6 s';

describeWith(postgres)('a migration of a database server', () => {
  let server: PostgresServer;
  let plane: VcfSimulator;
  beforeAll(async () => {
    server = await PostgresServer.start();
    plane = await VcfSimulator.start({ seed: 1, name: 'vcf', now: Date.now });
  });
  afterAll(async () => {
    await plane.close();
    await server.stop();
  });

  test('may take longer than any statement, says so once, and leaves the deadlines of statements as they are', async () => {
    const url = await server.newDatabase();
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('begin');
    await other.query('create table tributary_schema (version bigint primary key)');
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and clock_timestamp() - query_start > '${beyondAllDeadlines}'`;
    const parameters = '?statement_timeout=4000&options=-c%20lock_timeout=4000';
    const sources = [{ name: 'vcf', kind: 'vcf', url: plane.url, ...plane.settings }];
    const store = { kind: 'postgres', url: `${url}${parameters}` };
    const starting = startTestGateway(sources, { configuration: { store }, logLevel: 'info' });
    let hasFailed = false;
    starting.catch(() => (hasFailed = true));
    while (!hasFailed && (await server.query(url, waiting)).length === 0) await setImmediate();
    await other.end();
    const { gateway, log } = await starting;
    try {
      const names = "select application_name as name from pg_stat_activity where application_name = 'tributary migration'";
      expect(await server.query(url, names)).toEqual([]);
      expect(log.filter((line) => line.includes('are being migrated to this version'))).toHaveLength(1);
    } finally {
      await gateway.close();
    }
  });
});
