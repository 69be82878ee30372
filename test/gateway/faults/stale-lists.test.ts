import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { FailingWorld, tasksOf } from './failing-world.js';

let scenario: FailingWorld;
beforeAll(async () => {
  scenario = await FailingWorld.start('vcf-sfo');
});
afterAll(() => scenario.close());

test('pages, filters and counts include stale tasks like fresh ones', async () => {
  const filter = { statuses: ['FAILED', 'SUCCEEDED'] };
  const before = await scenario.list(filter);
  expect(tasksOf('vcf-sfo', before.tasks).length).toBeGreaterThan(2);
  scenario.fall(() => ({ status: 500 }));
  const stale = await scenario.list(filter);
  expect(stale.outcomes['vcf-sfo'].__typename).toBe('TaskSourceStale');
  expect(stale.outcomes['vcf-sfo'].taskCount).toBe(tasksOf('vcf-sfo', before.tasks).length);
  expect(stale.tasks.countsByStatus).toEqual(before.tasks.countsByStatus);

  const page = `query ($after: String, $filter: TaskFilter) {
    tasks(first: 7, after: $after, filter: $filter) { nodes { id } pageInfo { endCursor hasNextPage } } }`;
  const walked: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 50; pages++) {
    const { data, errors }: { data: Json; errors: unknown } = await scenario.ask(page, { after, filter });
    expect(errors).toBeUndefined();
    walked.push(...data.tasks.nodes.map(({ id }: Json) => id));
    after = data.tasks.pageInfo.endCursor;
    if (data.tasks.pageInfo.hasNextPage !== true) break;
  }
  expect(walked).toEqual(before.tasks.nodes.map(({ id }: Json) => id));
});

test('that a task is stale is no warning of its own: hasWarnings leaves it out', async () => {
  scenario.recover();
  const before = await scenario.list({ hasWarnings: true });
  scenario.fall(() => 'hang-up');
  const stale = await scenario.list({ hasWarnings: true });
  expect(stale.outcomes['vcf-sfo'].__typename).toBe('TaskSourceStale');
  expect(stale.tasks.totalCount).toBe(before.tasks.totalCount);
});

test('data is shown as stale until it is 300 s old, and not after that', async () => {
  scenario.recover();
  await scenario.list();
  const readAt = scenario.world.now;
  scenario.fall(() => 'hang-up');
  scenario.world.passTime(300_000 - 1_500);
  expect((await scenario.list()).outcomes['vcf-sfo'].__typename).toBe('TaskSourceStale');
  expect(scenario.world.now - readAt).toBe(300_000);
  scenario.world.passTime(1);
  const { data } = await scenario.world.graphql('{ tasks(first: 0, filter: { sourceNames: ["vcf-sfo"] }) { sources { __typename } } }');
  expect(data.tasks.sources).toEqual([{ __typename: 'TaskSourceUnavailable' }]);
});
