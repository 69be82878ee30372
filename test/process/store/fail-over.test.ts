import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { describeWith } from '../../support/describe-with-tool.js';
import { waitUntil } from '../../support/wait-until.js';
import { type Replica, ReplicaSite } from '../../replication/replica-site.js';
import { postgres } from '../../store/postgres-server.js';

describeWith(postgres)('after a fail-over of the database', () => {
  let site: ReplicaSite;
  let gateway: Replica;
  beforeAll(async () => {
    site = await ReplicaSite.start();
  });
  beforeEach(async () => {
    await site.renew();
    gateway = await site.replica();
  });
  afterEach(async () => {
    await execute('alter system reset all', 'alter role tributary reset all', 'select pg_reload_conf()');
    await site.closeReplicas();
  });
  afterAll(() => site.close());

  async function execute(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await site.database.query(site.url, statement);
  }

  /** Sessions that are open now take no writes any more; new ones do, as if they led to the standby that was promoted. */
  async function demoteOpenSessions(): Promise<void> {
    await execute(
      'alter role tributary set default_transaction_read_only = off',
      'alter system set default_transaction_read_only = on',
      'select pg_reload_conf()',
    );
  }

  /** As many readers of history as the pool has connections, one after another without a pause; returns their number of reads. */
  function readHistory(id: string): { count: number; stop: () => Promise<void> } {
    let isOver = false;
    const readers = { count: 0, stop: async () => ((isOver = true), void (await Promise.all(loops))) };
    const loop = async (): Promise<void> => {
      while (!isOver) {
        await gateway.graphql(`{ task(id: "${id}") { history { status } actions { outcome } } }`);
        readers.count += 1;
      }
    };
    const loops = Array.from({ length: 5 }, loop);
    return readers;
  }

  test('the next action is accepted while readers of history keep every connection of the pool in use', async () => {
    const readers = readHistory(site.task('FAILED'));
    await waitUntil(() => readers.count > 5, 'reads of history');
    expect(await gateway.retry(site.task('FAILED'))).toMatchObject({ outcome: 'ACCEPTED' });
    await demoteOpenSessions();
    const outcomes = [];
    for (let count = 0; count < 2; count++) outcomes.push((await gateway.retry(site.task('FAILED'), `key-${count}`)).outcome);
    expect(outcomes).toEqual(['ACCEPTED', 'ACCEPTED']);
    await readers.stop();
  });

  test('a process that has lost its session leads again, on a new one', async () => {
    await gateway.watch('subscription { tasksChanged { kind } }');
    await gateway.becomes('polls');
    await demoteOpenSessions();
    await gateway.becomes('alone');
    await gateway.becomes('polls');
  });

  test('while no server takes writes, actions are refused; as soon as one does, they are accepted', async () => {
    const id = site.task('FAILED');
    await execute('alter system set default_transaction_read_only = on', 'select pg_reload_conf()');
    const refused = { outcome: 'REJECTED', errors: [{ blockers: [{ code: 'LEDGER_UNAVAILABLE' }] }] };
    expect(await gateway.retry(id)).toMatchObject(refused);
    expect(await gateway.retry(id)).toMatchObject(refused);
    await execute('set transaction_read_only = off; alter role tributary set default_transaction_read_only = off');
    expect(await gateway.retry(id)).toMatchObject({ outcome: 'ACCEPTED' });
  });
});
