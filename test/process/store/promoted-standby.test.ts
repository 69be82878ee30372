import { setImmediate } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { ReplicaSite } from '../../replication/replica-site.js';
import { postgres, type PostgresServer } from '../../store/postgres-server.js';
import { describeWith } from '../../support/describe-with-tool.js';

describeWith(postgres)('two gateways with a primary and a standby', () => {
  let site: ReplicaSite;
  let standby: PostgresServer;
  beforeAll(async () => {
    site = await ReplicaSite.start();
    await site.renew();
    standby = await site.database.startStandby();
    // Whichever is first: the one that takes writes is found.
    site.url = site.url.replace(site.database.address, `${standby.address},${site.database.address}`);
  });
  afterEach(() => site.closeReplicas());
  afterAll(async () => {
    await standby.stop();
    await site.close();
  });

  test('when the primary is gone and the standby is promoted, actions are possible again and one leads, without a restart', async () => {
    const [one, other] = [await site.replica(), await site.replica()];
    const query = 'subscription { tasksChanged { kind task { id status } } }';
    await one.watch(query);
    await one.becomes('polls');
    await other.watch(query);
    await other.becomes('follows');
    const id = site.task('FAILED');
    expect(await one.retry(id, 'before')).toMatchObject({ outcome: 'ACCEPTED' });

    const countKeys = 'select count(*)::int from tributary_idempotency_key where claimed_at is not null';
    const replica = site.url.replace(`,${site.database.address}`, '');
    while ((await standby.query(replica, countKeys))[0]?.['count'] !== 1) await setImmediate();

    await site.database.kill();
    await one.becomes('alone');
    expect(await one.retry(site.task('FAILED'))).toMatchObject({ outcome: 'REJECTED' });
    await standby.promote();
    await Promise.all([one.becomes('polls', 'follows'), other.becomes('polls', 'follows')]);
    expect([one.role, other.role].toSorted()).toEqual(['follows', 'polls']);
    expect(await other.retry(site.task('FAILED'))).toMatchObject({ outcome: 'ACCEPTED' });
    expect(await other.retry(id, 'before')).toMatchObject({ outcome: 'ACCEPTED', isRepeat: true });

    // The old primary comes back, as one that takes writes no more.
    await site.database.resume();
    await site.database.query(
      `postgres://tributary@${site.database.address}/postgres`,
      'alter system set default_transaction_read_only = on',
    );
    expect(await one.retry(site.task('FAILED'))).toMatchObject({ outcome: 'ACCEPTED' });
  });
});
