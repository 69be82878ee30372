import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';

import { RecordingStore } from '../gateway/actions/recording-store.js';
import { readStream } from '../server/subscriptions/read-stream.js';
import { SocketClient } from '../server/subscriptions/socket-client.js';
import { bearer } from '../support/callers.js';
import type { Json } from '../support/post.js';
import { type PlaneName, World } from '../support/world.js';

let world: World;
let store: RecordingStore;
/** A retryable task, a cancellable task, and a task that needs its credentials for a retry. */
let ids: { readonly failed: string; readonly running: string; readonly credentials: string };
beforeAll(async () => {
  world = await World.start({
    callers: { reader: [{ actions: ['read'], sources: ['vcf-sfo'] }] },
    store: (now) => (store = new RecordingStore(now)),
  });
  const plane = world.planes['vcf-sfo'];
  ids = {
    failed: `vcf-sfo:${plane.addTask({ status: 'FAILED', isRetryable: true })}`,
    running: `vcf-sfo:${plane.addTask({ status: 'IN_PROGRESS' })}`,
    credentials: `vcf-sfo:${plane.addCredentialsTask({ type: 'UPDATE' })}`,
  };
});
beforeEach(async () => {
  // Cached tasks: no upstream call is needed to reject an action.
  await world.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Object.values(ids) }, 'reader');
  world.forgetCalls();
  store.refusals.clear();
});
afterAll(() => world.close());

const planes: readonly PlaneName[] = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'];
const calls = () => planes.flatMap((plane) => world.calls(plane));
const payload = 'outcome auditId errors { ... on TaskActionNotAllowedError { blockers { code } } }';
const elements = '[{ resourceName: "added-esx01.cloud.example", resourceType: "ESXI", username: "root", password: "p" }]';

test.each<readonly [string, keyof typeof ids, string]>([
  ['by its name', 'failed', `mutation ($id: ID!) { retryTask(input: { id: $id }) { ${payload} } }`],
  ['that cancels', 'running', `mutation ($id: ID!) { cancelTask(input: { id: $id }) { ${payload} } }`],
  ['by the name of a query', 'failed', `mutation ($id: ID!) { tasks: retryTask(input: { id: $id }) { ${payload} } }`],
  [
    'in a fragment',
    'failed',
    `mutation ($id: ID!) { ...Act } fragment Act on Mutation { ... on Mutation { retryTask(input: { id: $id }) { ${payload} } } }`,
  ],
  [
    'with a fragment on its own type',
    'failed',
    `mutation ($id: ID!) { retryTask(input: { id: $id }) { ... on RetryTaskPayload { ${payload} } } }`,
  ],
  [
    'with a fragment on the interface',
    'running',
    `mutation ($id: ID!) { cancelTask(input: { id: $id }) { ... on TaskActionPayload { ${payload} } } }`,
  ],
  ['for several tasks', 'failed', `mutation ($id: ID!) { retryTasks(input: { ids: [$id, $id] }) { results { ${payload} } } }`],
  ['that cancels several tasks', 'running', `mutation ($id: ID!) { cancelTasks(input: { ids: [$id] }) { results { ${payload} } } }`],
  [
    'that only one kind of plane supports',
    'credentials',
    `mutation ($id: ID!) { retryVcfCredentialsTask(input: { id: $id, elements: ${elements} }) { ${payload} } }`,
  ],
  ['with an idempotency key', 'failed', `mutation ($id: ID!) { retryTask(input: { id: $id, idempotencyKey: "k" }) { ${payload} } }`],
])(
  'A39 an action %s by a caller with read access is rejected with DENIED, audited, and causes no upstream call',
  async (_form, task, query) => {
    const { data, errors } = await world.graphql(query, { id: ids[task] }, 'reader');
    expect(errors).toBeUndefined();
    const [field] = Object.values<Json>(data);
    for (const result of field.results ?? [field]) {
      expect(result.outcome).toBe('REJECTED');
      expect(result.errors[0].blockers).toContainEqual({ code: 'DENIED' });
      expect(store.refusals.get(result.auditId)).toMatchObject({
        caller: 'key:reader',
        taskId: ids[task],
        refusedFor: expect.arrayContaining(['DENIED']),
      });
    }
    expect(store.refusals.size).toBe(1);
    expect(calls()).toEqual([]);
  },
);

test('A39 a caller with read access sees DENIED on the task, through the interface and through node, and nothing is sent', async () => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Task { retry { isAllowed blockers { code } } cancel { isAllowed } } } }';
  const { data } = await world.graphql(query, { id: ids.failed }, 'reader');
  expect(data.node.retry).toEqual({ isAllowed: false, blockers: [{ code: 'DENIED' }] });
  expect(data.node.cancel.isAllowed).toBe(false);
  expect(calls()).toEqual([]);
});

const host = () => new URL(world.gateway.origin).host;
const mutation = (): string => `mutation { retryTask(input: { id: "${ids.failed}" }) { outcome } }`;
const post = async (body: unknown): Promise<Json> => {
  const headers = { 'content-type': 'application/json', ...bearer('reader') };
  const answer = await request(`http://${host()}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.statusCode, ...((await answer.body.json()) as object) };
};

test.each<readonly [string, string, () => Promise<Json>]>([
  [
    'by GET',
    'BAD_USER_INPUT',
    async () => {
      const headers = { 'apollo-require-preflight': 'true', ...bearer('reader') };
      return (await request(`http://${host()}/graphql?query=${encodeURIComponent(mutation())}`, { headers })).body.json();
    },
  ],
  [
    'over a WebSocket',
    'BAD_USER_INPUT',
    async () => {
      const client = await SocketClient.connect(host(), { headers: bearer('reader') });
      client.send({ type: 'subscribe', id: 'a', payload: { query: mutation() } });
      const { payload: errors } = await client.next();
      client.socket.terminate();
      return { errors };
    },
  ],
  [
    'over an event stream',
    'BAD_USER_INPUT',
    async () => {
      const stream = await readStream(host(), { body: { query: mutation() }, headers: bearer('reader') });
      const answer = await stream.nextData();
      stream.response.destroy();
      return answer;
    },
  ],
  ['in a batch', 'BAD_USER_INPUT', () => post([{ query: mutation() }, { query: mutation() }])],
  ['as a query', 'GRAPHQL_VALIDATION_FAILED', () => post({ query: mutation().replace('mutation', 'query') })],
  ['as a subscription', 'GRAPHQL_VALIDATION_FAILED', () => post({ query: mutation().replace('mutation', 'subscription') })],
  [
    'twice in one operation',
    'LIMIT_EXCEEDED',
    () =>
      post({ query: `mutation { ${['a', 'b'].map((name) => mutation().replace('mutation { ', `${name}: `).slice(0, -2)).join(' ')} }` }),
  ],
])('A39 an action %s is refused as an invalid operation, without an upstream call', async (_form, code, send) => {
  const { errors } = await send();
  expect(errors).toMatchObject([{ extensions: { code } }]);
  expect(store.refusals.size).toBe(0);
  expect(calls()).toEqual([]);
});
