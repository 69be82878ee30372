import { expect, test } from '@jest/globals';

import type { Json } from '../support/post.js';
import { upstreams } from '../support/upstream-files.js';
import { describeWith } from '../support/describe-with-tool.js';
import { queryOneTask } from '../support/query-every-field.js';
import { withRequestedId, withPossibleTasks, withToken } from './adapt-response.js';
import { prism } from './prism-server.js';
import { type PrismWorld, startPrismWorld } from './prism-world.js';

const specifications = {
  catalog: 'catalog/openapi-tasks.json',
  astra: 'astra/openapi-tasks.json',
  vcf: 'vcf/openapi-tasks.json',
} as const;

/** The statuses of the VCF tasks, in rotation; those from the fourth on have no mapping. */
const statuses = ['FAILED', 'In Progress', 'COMPLETED_WITH_WARNING', 'lorem ipsum', ''];

/** Seeds with payloads of a moderate size: the recursive schemas of VCF can generate much larger ones. */
const seeds = [
  { vcf: '13', others: '1' },
  { vcf: '17', others: '4' },
  { vcf: '35', others: '18' },
] as const;

describeWith(upstreams, prism)('Against mock servers with responses that are generated from the schemas', () => {
  test.each(seeds)('With seeds $vcf and $others, no payload breaks another task, an outcome or a non-null field.', async (seed) => {
    const world = await startPrismWorld(specifications, { catalog: seed.others, astra: seed.others, vcf: seed.vcf });
    try {
      await readGenerated(world);
      await actOn(world, await readWithPossibleIds(world));
    } finally {
      await world.close();
    }
  });
});

/** Generated ids are invalid: such tasks are left out and counted. */
async function readGenerated(world: PrismWorld): Promise<void> {
  world.relays.vcf.adapt = withToken;
  world.passTime(600_000);
  const { outcomeOf, tasksOf } = await world.queryAll();
  expect(outcomeOf('vcf').__typename).toBe('TaskSourceAnswered');
  expect(outcomeOf('vcf').malformedCount + tasksOf('vcf').length).toBeGreaterThan(0);
}

/** Reads with possible ids and statuses; all other fields are generated. Returns one task per source and combination of allowed actions. */
async function readWithPossibleIds(world: PrismWorld): Promise<readonly Json[]> {
  const { catalog, duplicate, astra, vcf } = world.relays;
  for (const relay of [catalog, duplicate, astra]) relay.adapt = withRequestedId;
  vcf.adapt = (call, answer) => withToken(call, withPossibleTasks(call, withRequestedId(call, answer), statuses));
  world.passTime(600_000);
  const { outcomeOf, tasksOf } = await world.queryAll();
  const mocked = ['catalog', 'duplicate', 'astra', 'vcf'].flatMap((name) => tasksOf(name));
  for (const name of ['catalog', 'duplicate', 'vcf']) {
    expect(outcomeOf(name)).toMatchObject({ __typename: 'TaskSourceAnswered', malformedCount: 0 });
    expect(await queryOneTask(world.gateway, tasksOf(name)[0].id)).toMatchObject({ source: { name } });
  }
  return [...new Map(mocked.map((task) => [`${task.source.name} ${task.retry.isAllowed} ${task.cancel.isAllowed}`, task])).values()];
}

/** Retries and cancels each task, and expects a rejection when the action is not allowed. */
async function actOn(world: PrismWorld, tasks: readonly Json[]): Promise<void> {
  expect(tasks.some(({ retry }) => retry.isAllowed)).toBe(true);
  for (const { id, retry, cancel } of tasks) {
    for (const [name, { isAllowed }] of [['retryTask', retry] as const, ['cancelTask', cancel] as const]) {
      const query = `mutation ($id: ID!) { ${name}(input: { id: $id }) { outcome auditId task { id } errors { __typename ... on TaskActionErrorFields { message path } } } }`;
      const { data, errors } = await world.gateway.graphql(query, { id });
      expect({ errors, log: world.gateway.log }).toEqual({ errors: undefined, log: [] });
      const payload: Json = data[name];
      expect(['ACCEPTED', 'REJECTED', 'UNKNOWN']).toContain(payload.outcome);
      expect(payload.errors.length === 0).toBe(payload.outcome === 'ACCEPTED');
      if (!isAllowed) expect(payload.outcome).toBe('REJECTED');
    }
  }
}
