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

/** Of VCF, in the order in which tasks get them; the fourth and those behind it are unknown to every table. */
const statuses = ['FAILED', 'In Progress', 'COMPLETED_WITH_WARNING', 'lorem ipsum', ''];

/** Drawn once, and kept because their payloads are of a size that a test can take: the schemas of VCF nest without end. */
const seeds = [
  { vcf: '13', others: '1' },
  { vcf: '17', others: '4' },
  { vcf: '35', others: '18' },
] as const;

describeWith(upstreams, prism)('Against mock servers that answer with whatever the schemas allow', () => {
  test.each(seeds)(
    'With seeds $vcf and $others, no payload costs another task, an outcome or a field that is never null.',
    async (seed) => {
      const world = await startPrismWorld(specifications, { catalog: seed.others, astra: seed.others, vcf: seed.vcf });
      try {
        await readAsItIs(world);
        await actOn(world, await readAsPossible(world));
      } finally {
        await world.close();
      }
    },
  );
});

/** Ids of the mock servers are such as no plane gives: whole tasks are left out, and counted. */
async function readAsItIs(world: PrismWorld): Promise<void> {
  world.relays.vcf.adapt = withToken;
  world.passTime(600_000);
  const { outcomeOf, tasksOf } = await world.everything();
  expect(outcomeOf('vcf').__typename).toBe('TaskSourceAnswered');
  expect(outcomeOf('vcf').malformedCount + tasksOf('vcf').length).toBeGreaterThan(0);
}

/** With ids and statuses that could be, every other field is still what the schema allows. One task of each source is given back for each answer to what may be done. */
async function readAsPossible(world: PrismWorld): Promise<readonly Json[]> {
  const { catalog, newcomer, astra, vcf } = world.relays;
  for (const relay of [catalog, newcomer, astra]) relay.adapt = withRequestedId;
  vcf.adapt = (call, answer) => withToken(call, withPossibleTasks(call, withRequestedId(call, answer), statuses));
  world.passTime(600_000);
  const { outcomeOf, tasksOf } = await world.everything();
  const mocked = ['catalog', 'newcomer', 'astra', 'vcf'].flatMap((name) => tasksOf(name));
  for (const name of ['catalog', 'newcomer', 'vcf']) {
    expect(outcomeOf(name)).toMatchObject({ __typename: 'TaskSourceAnswered', malformedCount: 0 });
    expect(await queryOneTask(world.gateway, tasksOf(name)[0].id)).toMatchObject({ source: { name } });
  }
  return [...new Map(mocked.map((task) => [`${task.source.name} ${task.retry.isAllowed} ${task.cancel.isAllowed}`, task])).values()];
}

/** Retries and cancels each; where that is not allowed, it is rejected. */
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
