import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { upstreams } from '../support/upstream-files.js';
import { describeWith } from '../support/describe-with-tool.js';
import { queryOneTask } from '../support/query-every-field.js';
import { withRequestedId } from './adapt-response.js';
import { prism } from './prism-server.js';
import { type PrismWorld, sourceNames, startPrismWorld } from './prism-world.js';
import { type SpecifiedResponse, listSpecifiedResponses } from './specified-responses.js';

const specifications = {
  catalog: 'catalog/openapi-tasks.json',
  astra: 'astra/openapi-tasks.json',
  vcf: 'vcf/openapi-tasks.mock.json',
} as const;
const tenMinutes = 600_000;

function listResponses(plane: keyof typeof specifications, method: string, path: string): readonly SpecifiedResponse[] {
  return upstreams.isThere ? listSpecifiedResponses(specifications[plane], method, path) : [{ status: 0, prefer: 'nothing' }];
}

describeWith(upstreams, prism)('Against mock servers that respond with the examples of the specifications', () => {
  let world: PrismWorld;

  beforeAll(async () => {
    world = await startPrismWorld(specifications);
  });
  afterAll(() => world?.close());

  // Ten minutes pass between two tests: the cache is too stale to be served, and every backoff is over.
  beforeEach(() => {
    world.passTime(tenMinutes);
    for (const relay of Object.values(world.relays)) relay.prefer = () => null;
    for (const relay of [world.relays.astra, world.relays.vcf]) relay.adapt = withRequestedId;
  });

  test('Each plane has tasks.', async () => {
    const { tasksOf, outcomeOf } = await world.queryAll();
    for (const name of sourceNames) {
      expect(outcomeOf(name)).toMatchObject({ __typename: 'TaskSourceAnswered', isComplete: true, malformedCount: 0 });
      expect(tasksOf(name).length).toBeGreaterThan(0);
    }
  });

  test.each(listResponses('catalog', 'get', '/zones/{zone_id}/catalog_tasks/{task_id}'))(
    'Catalog may respond to the read of a task with $prefer.',
    async ({ status, prefer }) => {
      const exists = status === 200 || status === 303;
      const name = exists ? 'catalog' : 'duplicate';
      world.relays[name].prefer = () => prefer;
      const hasOtherId = prefer.endsWith('.doc');
      const { outcomeOf, tasksOf } = await world.queryAll();
      if (!hasOtherId) expect(tasksOf(name)).toHaveLength(exists ? 1 : 0);
      expect(outcomeOf(name).__typename).toBe(exists || status === 404 ? 'TaskSourceAnswered' : 'TaskSourceUnavailable');
    },
  );

  test.each(listResponses('astra', 'get', '/accounts/{account_id}/core/v1/tasks'))(
    'Astra may respond to its list with $prefer.',
    async (answer) => {
      world.relays.astra.prefer = () => answer.prefer;
      const { outcomeOf } = await world.queryAll();
      expect(outcomeOf('astra').__typename).toBe(answer.status === 200 ? 'TaskSourceAnswered' : 'TaskSourceUnavailable');
    },
  );

  test.each(listResponses('astra', 'get', '/accounts/{account_id}/core/v1/tasks/{task_id}'))(
    'Astra may respond to the read of a task with $prefer.',
    async ({ status, prefer }) => {
      world.relays.astra.prefer = ({ path }) => (path.endsWith('/tasks') ? 'code=403' : prefer);
      const task = await queryOneTask(world.gateway, 'astra:26e8e8ef-5549-5928-98dd-2c3d43a608e8');
      if (status === 200) expect(task).toMatchObject({ __typename: 'AstraTask', operation: expect.stringMatching(/^astra\.backup/) });
      else expectNoTask(task, status);
    },
  );

  test.each(listResponses('vcf', 'get', '/v1/tasks'))('VCF may respond to its list with $prefer.', async ({ status, prefer }) => {
    world.relays.vcf.prefer = ({ path }) => (path === '/v1/tasks' ? prefer : null);
    const { outcomeOf } = await world.queryAll();
    expect(outcomeOf('vcf').__typename).toBe(status === 200 ? 'TaskSourceAnswered' : 'TaskSourceUnavailable');
  });

  test.each(listResponses('vcf', 'get', '/v1/credentials/tasks'))(
    'VCF may respond to the list of credentials tasks with $prefer.',
    async ({ status, prefer }) => {
      world.relays.vcf.prefer = ({ path }) => (path === '/v1/credentials/tasks' ? prefer : null);
      const { outcomeOf, tasksOf } = await world.queryAll();
      expect(outcomeOf('vcf')).toMatchObject({ __typename: 'TaskSourceAnswered', isComplete: status === 200 });
      expect(tasksOf('vcf').length).toBeGreaterThan(0);
      expect(JSON.stringify(tasksOf('vcf'))).not.toMatch(/SYNTHETIC-(OLD|NEW)/);
    },
  );

  test.each(listResponses('vcf', 'post', '/v1/tokens'))('VCF may respond to a log-in with $prefer.', async ({ status, prefer }) => {
    world.passTime(100 * tenMinutes);
    world.relays.vcf.prefer = ({ path }) => (path === '/v1/tokens' ? prefer : path.startsWith('/v1/tokens/') ? 'code=404' : null);
    const { outcomeOf } = await world.queryAll();
    expect(outcomeOf('vcf').__typename).toBe(status === 201 ? 'TaskSourceAnswered' : 'TaskSourceUnavailable');
  });

  test.each(listResponses('vcf', 'get', '/v1/tasks/{id}'))(
    'VCF may respond to the read of a task with $prefer.',
    async ({ status, prefer }) => {
      world.relays.vcf.prefer = ({ path }) => (path === '/v1/tasks' ? 'code=500' : path.startsWith('/v1/tasks/') ? prefer : null);
      const task = await queryOneTask(world.gateway, 'vcf:63eb8b2c-c3b9-4aed-919a-26ac1315d359');
      if (status === 200) expect(task).toMatchObject({ __typename: 'VcfTask' });
      else expectNoTask(task, status);
    },
  );
});

/** A forgotten task is served from the history, from then on also while the plane is unavailable. */
function expectNoTask(task: unknown, status: number): void {
  if (status !== 404 && typeof task === 'string') expect(task).toBe('SOURCE_UNAVAILABLE');
  else expect(task).toMatchObject({ warnings: expect.arrayContaining([expect.objectContaining({ __typename: 'StaleDataWarning' })]) });
}
