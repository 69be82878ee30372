import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { maxTasksPerMutation } from '../../../src/gateway/actions/limits.js';
import { load, smallest } from '../../config/fixture.js';
import { World } from '../../support/world.js';
import { onActions } from './act.js';
import { refuseWith } from '../../support/plane-errors.js';

const perMinute = 4;
let world: World;
beforeEach(async () => {
  world = await World.start({ configuration: { limits: { actionsPerMinute: perMinute } } });
});
afterEach(() => world.close());

async function retryable(): Promise<readonly string[]> {
  const { data } = await world.graphql('{ tasks(filter: { kinds: [VCF], statuses: [FAILED] }) { nodes { id retry { isAllowed } } } }');
  return data.tasks.nodes.flatMap(({ id, retry }: { id: string; retry: { isAllowed: boolean } }) => (retry.isAllowed ? [id] : []));
}

const retry = (ids: readonly string[]) =>
  world.graphql('mutation ($ids: [ID!]!) { retryTasks(input: { ids: $ids }) { results { outcome } } }', { ids });

const sent = (): number => [...world.calls('vcf-sfo'), ...world.calls('vcf-lax')].filter(({ method }) => method === 'PATCH').length;

test('an action beyond the quota is 429 with Retry-After and nothing is sent; after that time it is accepted', async () => {
  const ids = await retryable();
  expect(ids.length).toBeGreaterThan(perMinute);
  const [first = '', ...others] = ids;
  expect((await retry([first, first, ...others.slice(0, 2)])).data.retryTasks.results).toHaveLength(4);
  expect(sent()).toBe(3);
  const refused = await retry(others.slice(2, 4));
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('15');
  expect(refused.data).toEqual({ retryTasks: null });
  expect(refused.errors).toMatchObject([
    { message: 'The caller sends more than limits.actionsPerMinute allows.', extensions: { code: 'RATE_LIMITED', retryAfterMs: 15_000 } },
  ]);
  expect(sent()).toBe(3);
  world.passTime(15_000);
  expect((await retry(others.slice(2, 4))).data.retryTasks.results).toHaveLength(2);
  expect(sent()).toBe(5);
});

test('an action that is blocked, on no task or a repetition does not count against the quota', async () => {
  const [id = ''] = await retryable();
  const once = { ids: [id], idempotencyKey: 'key' };
  const query = 'mutation ($i: RetryTasksInput!) { retryTasks(input: $i) { results { outcome } } }';
  for (let i = 0; i < 10; i += 1) {
    expect((await world.graphql(query, { i: once })).status).toBe(200);
    expect((await retry(['vcf-sfo:nothing', 'astra-demo:nothing', 'x:y'])).status).toBe(200);
  }
  expect(sent()).toBe(1);
});

test('an action on a task that its plane has forgotten is sent, so it counts against the quota', async () => {
  const ids = await retryable();
  for (const name of ['vcf-sfo', 'vcf-lax'] as const) world.planes[name].server.fault = onActions(refuseWith(404));
  expect((await retry(ids.slice(0, perMinute))).data.retryTasks.results).toHaveLength(perMinute);
  expect(sent()).toBe(perMinute);
  expect((await retry(ids.slice(0, 1))).status).toBe(429);
  expect(sent()).toBe(perMinute);
});

test('a mutation on more tasks than the quota of a minute is never accepted', async () => {
  const refused = await retry(['vcf-sfo:1', 'vcf-sfo:2', 'vcf-sfo:3', 'vcf-sfo:4', 'vcf-sfo:5']);
  expect(refused.status).toBe(200);
  expect(refused.errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
  expect(sent()).toBe(0);
});

test('by default, a mutation on as many tasks as one may name is within the quota of a minute', async () => {
  await world.close();
  const { actionsPerMinute } = load(smallest).limits;
  world = await World.start({ configuration: { limits: { actionsPerMinute } } });
  const answer = await retry(Array.from({ length: maxTasksPerMutation }, (_, index) => `vcf-sfo:none-${index}`));
  expect(answer.data.retryTasks.results).toHaveLength(maxTasksPerMutation);
});
