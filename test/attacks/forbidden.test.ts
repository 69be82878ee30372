import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { World } from '../support/world.js';

let world: World;
let hidden: string;
beforeAll(async () => {
  world = await World.start({ callers: { reader: [{ actions: ['read'], sources: ['vcf-sfo'] }] } });
  hidden = `vcf-lax:${world.planes['vcf-lax'].addTask({ status: 'FAILED', isRetryable: true })}`;
});
afterAll(() => world.close());

const payload = '{ outcome task { id } errors { __typename ... on TaskActionErrorFields { message path } } }';

test.each([
  ['task', 'query ($id: ID!) { task(id: $id) { id status } }'],
  ['node', 'query ($id: ID!) { node(id: $id) { __typename id } }'],
  ['nodes', 'query ($id: ID!) { nodes(ids: [$id]) { __typename id } }'],
  ['retryTask', `mutation ($id: ID!) { retryTask(input: { id: $id }) ${payload} }`],
  ['cancelTask', `mutation ($id: ID!) { cancelTask(input: { id: $id }) ${payload} }`],
])('A44 %s answers for a task that the caller may not read exactly as for an unknown task, except for the id', async (_field, query) => {
  world.forgetCalls();
  const answers = [];
  for (const id of [hidden, 'vcf-lax:none', 'nowhere:none']) {
    const { data, errors, status } = await world.graphql(query, { id }, 'reader');
    answers.push(JSON.stringify({ data, errors, status }).replaceAll(id, 'ID'));
  }
  expect(new Set(answers).size).toBe(1);
  expect(world.calls('vcf-lax')).toEqual([]);
});
