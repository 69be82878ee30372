import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'libsql';

import { waitUntil } from '../../support/wait-until.js';
import { act, actionsAt } from '../actions/act.js';
import { HistoryWorld } from './history-world.js';

let site: HistoryWorld;
beforeEach(async () => {
  site = await HistoryWorld.start();
});
afterEach(() => site.close());

/** Simulates a process that died before it recorded any outcome. */
function loseOutcomes(): void {
  const database = new Database(site.path);
  database.exec('update tributary_action set outcome = null, outcome_at = null');
  database.close();
  site.world.passTime(1);
}

async function outcomes(ids: readonly string[]): Promise<readonly string[]> {
  const tasks = await Promise.all(ids.map((id) => site.task(id, 'actions { outcome }')));
  return tasks.map(({ actions }) => actions.map(({ outcome }: { outcome: string }) => outcome).join());
}

test('an interrupted action is UNKNOWN until its task is read after a restart; then it has the outcome that this proves', async () => {
  const vcf = site.world.planes['vcf-sfo'];
  const failed = (): string => vcf.addTask({ status: 'FAILED' });
  const [retried, failedAgain, refused, cancelled] = [failed(), failed(), vcf.addTask(), vcf.addTask({ status: 'IN_PROGRESS' })];
  const ids = [retried, failedAgain, refused, cancelled].map((id) => `vcf-sfo:${id}`);
  for (const id of ids.slice(0, 3)) await act(site.world, 'retryTask', { id, idempotencyKey: 'k' });
  await act(site.world, 'cancelTask', { id: ids[3] ?? '' });
  const sent = actionsAt(site.world, 'vcf-sfo').length;
  expect(sent).toBe(3);

  vcf.server.fault = () => 'hang-up';
  const calls = vcf.server.calls.length;
  await site.world.restart(loseOutcomes);
  await waitUntil(() => vcf.server.calls.length > calls, 'the read of the interrupted actions, which fails');
  const { data } = await site.world.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Task { actions { outcome } } } }', { ids });
  expect(data.nodes).toEqual([null, null, null, null]);
  vcf.server.fault = null;
  vcf.setTask(failedAgain, { status: 'FAILED' });
  vcf.setTask(cancelled, { status: 'CANCELLED' });
  expect(await outcomes(ids)).toEqual(['UNKNOWN', 'UNKNOWN', 'REJECTED', 'UNKNOWN']);

  await site.world.restart(() => site.world.advance(8_000));
  const expected = ['ACCEPTED', 'UNKNOWN', 'REJECTED', 'ACCEPTED'];
  for (let count = 0; count < 100 && (await outcomes(ids)).join() !== expected.join(); count++) await site.tasks({});
  expect(await outcomes(ids)).toEqual(expected);
  expect(await act(site.world, 'retryTask', { id: ids[0], idempotencyKey: 'k' })).toMatchObject({ outcome: 'ACCEPTED', isRepeat: true });
  expect(actionsAt(site.world, 'vcf-sfo')).toHaveLength(sent);
});
