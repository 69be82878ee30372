import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

test('the demo begins with tasks in every status', async () => {
  const { data, errors } = await world.graphql(
    '{ tasks(first: 0) { totalCount countsByStatus { status } sources { __typename source { name } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.tasks.countsByStatus.map((count: { status: string }) => count.status)).toEqual([
    'PENDING',
    'QUEUED',
    'RUNNING',
    'PAUSING',
    'PAUSED',
    'CANCELLING',
    'SUCCEEDED',
    'SUCCEEDED_WITH_WARNINGS',
    'FAILED',
    'CANCELLED',
    'TIMED_OUT',
    'SKIPPED',
    'UNKNOWN',
  ]);
  expect(data.tasks.sources).toEqual(
    ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'].map((name) => ({ __typename: 'TaskSourceAnswered', source: { name } })),
  );
});
