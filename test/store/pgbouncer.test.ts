import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { runProgram } from '../../src/cli/program.js';
import { sourceModules } from '../../src/sources/registry.js';
import { createTestIo } from '../cli/test-io.js';
import { describeWith } from '../support/describe-with-tool.js';
import { waitUntil } from '../support/wait-until.js';
import { Replica, ReplicaSite } from '../replication/replica-site.js';
import { pgbouncer, PgBouncerServer } from './pgbouncer-server.js';
import { postgres } from './postgres-server.js';

describeWith(postgres, pgbouncer)('a store behind PgBouncer', () => {
  let site: ReplicaSite;
  let pooler: PgBouncerServer | null = null;
  beforeAll(async () => {
    site = await ReplicaSite.start();
  });
  afterEach(async () => {
    await site.closeReplicas();
    await pooler?.stop();
    pooler = null;
  });
  afterAll(() => site.close());

  async function startPooler(settings: Readonly<Record<string, string | number>>): Promise<string> {
    await site.renew();
    const started = (pooler = await PgBouncerServer.start(site.url, settings));
    site.url = started.through(site.url);
    return site.url;
  }

  test('is used with the defaults of PgBouncer, which pool sessions: one gateway leads, and the other gets every event', async () => {
    const url = await startPooler({});
    expect((await examine(url)).every(({ code }) => code === 0)).toBe(true);
    const [one, other] = [await site.replica(), await site.replica()];
    const events = await watchBoth(one, other);
    const id = site.task('FAILED');
    for (const each of events) await waitUntil(() => each.some(({ task }) => task?.id === id), 'the new task');
    expect(await other.retry(id)).toMatchObject({ outcome: 'ACCEPTED' });
    expect([one.role, other.role].toSorted()).toEqual(['follows', 'polls']);
  });

  /** What `config check --connect` and `doctor` print. */
  async function examine(url: string): Promise<readonly { readonly code: unknown; readonly output: string }[]> {
    const { io, out, err } = createTestIo(site.configuration);
    expect(site.configuration).toContain(url);
    const results = [];
    for (const command of [['config', 'check', '--connect'], ['doctor']]) {
      const code = await runProgram([...command, '--config', 'tributary.yaml'], sourceModules, io);
      results.push({ code, output: [...out.splice(0), ...err.splice(0)].join('\n') });
    }
    return results;
  }

  async function watchBoth(one: Replica, other: Replica) {
    const query = 'subscription { tasksChanged { kind task { id status } } }';
    const events = [await one.watch(query), await other.watch(query)];
    await waitUntil(() => [one.role, other.role].toSorted().join() === 'follows,polls', 'a leader and a follower');
    for (const each of [one, other]) await each.graphql('{ tasks(first: 0) { totalCount } }');
    return events;
  }

  test.each([
    ['transactions', { pool_mode: 'transaction' }],
    ['transactions', { pool_mode: 'transaction', server_round_robin: 1 }],
    ['transactions', { pool_mode: 'transaction', min_pool_size: 3, server_round_robin: 1 }],
    ['single statements', { pool_mode: 'statement' }],
  ])('is refused in words where %s are pooled (%j)', async (what, settings) => {
    const url = await startPooler(settings);
    const refusal = new RegExp(
      `The store postgres://127\\.0\\.0\\.1:\\d+/test\\d+ cannot be used: a pooler in front of it pools ${what}\\..*pool_mode = session`,
    );
    for (const { code, output } of await examine(url)) {
      expect(code).toBe(1);
      expect(output).toMatch(refusal);
    }
    await expect(site.replica()).rejects.toThrow(refusal);
  });
});
