import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const query =
  '{ tasks(filter: { kinds: [VCF] }) { totalCount sources { source { name } taskCount ... on TaskSourceAnswered { isComplete } } } }';

function listCalls(): readonly (string | null)[] {
  return world
    .calls('vcf-sfo')
    .filter(({ path }) => path === '/v1/tasks')
    .map((call) => call.query.get('pageNumber'));
}

test.each([
  [0, 1],
  [1, 1],
  [99, 1],
  [100, 1],
  [101, 2],
  [450, 5],
])('a list of %d tasks takes %d calls, whether pages count from 0 or 1', async (count, expected) => {
  for (const base of [0, 1] as const) {
    world.planes['vcf-sfo'].clear();
    world.planes['vcf-sfo'].pageBase = base;
    world.planes['vcf-sfo'].fill(count);
    world.passTime(2_000);
    world.forgetCalls();
    const { data } = await world.graphql(query);
    expect(data.tasks.sources[0]).toEqual({ source: { name: 'vcf-sfo' }, taskCount: count, isComplete: true });
    expect(listCalls()).toHaveLength(expected);
    expect(listCalls()[0]).toBeNull();
    expect(listCalls().slice(1).toSorted()).toEqual(Array.from({ length: expected - 1 }, (_, n) => String(base + n + 1)));
    expect(world.calls('vcf-sfo')).toHaveLength(expected + 1);
  }
});
