import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';

import { readStream } from '../../server/subscriptions/read-stream.js';
import { bearer } from '../../support/callers.js';
import { type AccessWorld, localIdOf, startAccessWorld } from './access-world.js';

let access: AccessWorld;
beforeAll(async () => {
  access = await startAccessWorld();
});
afterAll(() => access.world.close());

/** `reader-sfo` may only read vcf-sfo. */
async function text(query: string, variables: unknown): Promise<string> {
  const answer = await request(`${access.world.gateway.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer('reader-sfo') },
    body: JSON.stringify({ query, variables }),
  });
  return `${answer.statusCode} ${await answer.body.text()}`;
}

const ways: readonly (readonly [string, string])[] = [
  ['task', 'query ($id: ID!) { task(id: $id) { id name } }'],
  ['node', 'query ($id: ID!) { node(id: $id) { id } }'],
  ['nodes', 'query ($id: ID!) { nodes(ids: [$id]) { id } }'],
  ['tasks', 'query ($id: ID!) { tasks(filter: { ids: [$id] }) { totalCount nodes { id } countsByStatus { status } } }'],
  [
    'retryTask',
    'mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome task { id } errors { __typename ... on TaskActionErrorFields { message path } ... on TaskNotFoundError { taskId } } } }',
  ],
  [
    'cancelTasks',
    'mutation ($id: ID!) { cancelTasks(input: { ids: [$id] }) { results { outcome taskId task { id } errors { __typename ... on TaskActionErrorFields { message path } } } } }',
  ],
  [
    'untrackTask',
    'mutation ($id: ID!) { untrackTask(input: { id: $id }) { untrackedTaskId errors { __typename ... on TaskNotFoundError { message taskId } } } }',
  ],
];

test.each(ways)(
  '%s gives the same response, except for the id, for a task that may not be read, one that does not exist, and one of no source',
  async (_way, query) => {
    const forbidden = access.taskIds['vcf-lax'];
    const ids = [
      forbidden,
      'vcf-lax:00000000-0000-4000-8000-000000000000',
      'no-such-source:1',
      'source:vcf-lax',
      'resource:vcf-lax:res-vcf-lax',
    ];
    access.world.forgetCalls();
    const answers = [];
    for (const id of ids) answers.push((await text(query, { id })).replaceAll(id, 'ID'));
    expect(new Set(answers).size).toBe(1);
    expect(access.world.calls('vcf-lax')).toEqual([]);
  },
);

test('a source that may not be read and one that does not exist give the same response, except for the name', async () => {
  const lists = [
    'query ($name: String!) { taskSource(name: $name) { id name } }',
    'query ($name: String!) { tasks(filter: { sourceNames: [$name] }) { totalCount unknownSources sources { __typename } } }',
    'query ($name: String!) { taskBySourceTaskId(sourceName: $name, sourceTaskId: "1") { id } }',
    'mutation ($name: String!) { trackTask(input: { sourceName: $name, sourceTaskId: "1" }) { task { id } errors { __typename ... on TaskActionErrorFields { message path } } } }',
  ];
  for (const query of lists) {
    const answers = [];
    for (const name of ['vcf-lax', 'catalog-demo', 'no-such-source']) answers.push((await text(query, { name })).replaceAll(name, 'NAME'));
    expect(new Set(answers).size).toBe(1);
  }
});

test('a subscription to a task that may not be read gives the same error as one to a task that does not exist', async () => {
  const host = new URL(access.world.gateway.origin).host;
  const query = 'subscription ($id: ID!) { taskChanged(id: $id) { kind } }';
  const events = [];
  for (const id of [access.taskIds['vcf-lax'], 'vcf-lax:1', 'vcf-sfo:00000000-0000-4000-8000-000000000000', 'nowhere:1', 'nonsense']) {
    const stream = await readStream(host, { body: { query, variables: { id } }, headers: bearer('reader-sfo') });
    events.push(JSON.stringify(await stream.nextData()).replaceAll(id, 'ID'));
    stream.response.destroy();
  }
  expect(new Set(events).size).toBe(1);
  expect(events[0]).toContain('BAD_USER_INPUT');
});

test('an altered id finds nothing: no plane gets a request, and the response reveals nothing', async () => {
  const local = localIdOf(access.taskIds['vcf-lax']);
  const ids = [
    `VCF-LAX:${local}`,
    ` vcf-lax:${local}`,
    `vcf-sfo:${local}/../../vcf-lax`,
    `vcf-lax%3A${local}`,
    `vcf-lax::${local}`,
    `source:vcf-lax:${local}`,
    `resource:vcf-lax:${local}`,
    Buffer.from(access.taskIds['vcf-lax']).toString('base64'),
    `vcf-lax:${local}\u0000`,
    `vcf-sfo:vcf-lax:${local}`,
  ];
  access.world.forgetCalls();
  for (const id of ids) expect(await text('query ($id: ID!) { node(id: $id) { id } }', { id })).toBe('200 {"data":{"node":null}}\n');
  expect(access.world.calls('vcf-lax')).toEqual([]);
});
