import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';

import { SocketClient } from '../../server/subscriptions/socket-client.js';
import { bearer, keyOf } from '../../support/callers.js';
import { type GraphQLAnswer, type Json, post } from '../../support/post.js';
import { type PlaneName, World } from '../../support/world.js';
import { buildPlaneError } from '../../support/plane-errors.js';

const passthrough = { credentials: { mode: 'passthrough' } };
const everything = [{ actions: ['read', 'retry', 'cancel', 'track'], sources: ['*'] }] as const;

let world: World;
let vcfToken: string;
beforeEach(async () => {
  world = await World.start({
    callers: { alice: everything, bob: everything },
    sources: { 'astra-demo': passthrough, 'vcf-sfo': passthrough, 'catalog-demo': passthrough },
  });
  const { url, settings } = world.planes['vcf-sfo'];
  const answer = await request(`${url}/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings.credentials),
  });
  const pair: Json = await answer.body.json();
  vcfToken = pair.accessToken;
  world.forgetCalls();
});
afterEach(() => world.close());

const planes = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const satisfies readonly PlaneName[];

function ask(caller: string, query: string, headers: Readonly<Record<string, string>>, variables: Json = {}): Promise<GraphQLAnswer> {
  return post(`${world.gateway.origin}/graphql`, { query, variables }, { ...bearer(caller), ...headers });
}

/** Every header that a plane was sent, as text. */
const sentTo = (name: PlaneName): string =>
  JSON.stringify(world.planes[name].server.calls.map(({ headers, path, body }) => [headers, path, body]));
const astraToken = () => world.planes['astra-demo'].settings.credentials.token;
const list = '{ tasks(first: 200, maxAgeMs: 0) { totalCount sources { __typename taskCount source { name } problem { kind message } } } }';
const outcomes = ({ data }: GraphQLAnswer): Json =>
  Object.fromEntries(data.tasks.sources.map(({ source, problem, taskCount }: Json) => [source.name, problem?.kind ?? taskCount > 0]));

test('each plane is sent its own token alone, and never the credential of the gateway', async () => {
  const headers = { 'x-source-token-astra-demo': astraToken(), 'X-Source-Token-vcf-sfo': vcfToken, 'x-source-token-vcf-lax': 'canary-lax' };
  const answer = await ask('alice', list, headers);
  expect(outcomes(answer)).toEqual({ 'catalog-demo': 'UNAUTHENTICATED', 'astra-demo': true, 'vcf-sfo': true, 'vcf-lax': true });
  expect(sentTo('astra-demo')).toContain(`Bearer ${astraToken()}`);
  expect(sentTo('vcf-sfo')).toContain(`Bearer ${vcfToken}`);
  for (const name of planes) {
    const sent = sentTo(name);
    expect(sent).not.toMatch(/x-source-token|canary-lax|cookie|forwarded/i);
    expect(sent).not.toContain(keyOf('alice'));
    if (name !== 'astra-demo') expect(sent).not.toContain(astraToken());
    if (name !== 'vcf-sfo') expect(sent).not.toContain(vcfToken);
  }
  expect(world.calls('catalog-demo')).toEqual([]);
});

test('a caller with a bad token is told so; another with a good one is served, and after them the first is told so still', async () => {
  const [good, bad] = [{ 'x-source-token-astra-demo': astraToken() }, { 'x-source-token-astra-demo': 'bad' }];
  for (const [caller, headers, outcome] of [
    ['bob', bad, 'UNAUTHENTICATED'],
    ['alice', good, true],
    ['bob', bad, 'UNAUTHENTICATED'],
    ['bob', {}, 'UNAUTHENTICATED'],
    ['alice', {}, 'UNAUTHENTICATED'],
  ] as const) {
    expect(outcomes(await ask(caller, list, headers))['astra-demo']).toBe(outcome);
  }
});

test('an action goes with the token of the caller, once, also where it is refused', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const retry =
    'mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome errors { __typename ... on TaskSourceError { problem { kind } } } } }';
  const headers = { 'x-source-token-vcf-sfo': vcfToken };
  expect((await ask('alice', retry, headers, { id })).data.retryTask).toEqual({ outcome: 'ACCEPTED', errors: [] });
  const other = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  world.forgetCalls();
  // It is good while the task is read, and has ended when the action is sent.
  world.planes['vcf-sfo'].server.fault = ({ method }, handle) =>
    method === 'PATCH' ? { status: 401, body: buildPlaneError('vcf', 401) } : handle();
  expect((await ask('alice', retry, headers, { id: other })).data.retryTask).toEqual({
    outcome: 'REJECTED',
    errors: [{ __typename: 'TaskSourceError', problem: { kind: 'UNAUTHENTICATED' } }],
  });
  expect(world.calls('vcf-sfo').filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  expect(sentTo('vcf-sfo')).not.toContain('/v1/tokens');
});

test('over WebSocket the tokens come with connection_init', async () => {
  const id = `astra-demo:${world.planes['astra-demo'].addTask({ state: 'completed' })}`;
  const query = 'subscription ($id: ID!) { taskChanged(id: $id) { task { id } } }';
  const open = async (payload: Json): Promise<Json> => {
    const client = await SocketClient.open(new URL(world.gateway.origin).host);
    client.send({ type: 'connection_init', payload: { ...bearer('alice'), ...payload } });
    await client.next();
    client.subscribe('1', query, { id });
    const { payload: received } = await client.next();
    client.socket.terminate();
    return received;
  };
  expect(await open({ 'X-Source-Token-astra-demo': astraToken() })).toEqual({ data: { taskChanged: { task: { id } } } });
  expect((await open({})).errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE' } }]);
  // Two tokens are none, as two headers are.
  const twice = { 'X-Source-Token-astra-demo': 'canary', 'x-source-token-astra-demo': astraToken() };
  expect((await open(twice)).errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE' } }]);
  expect((await open({ 'X-Source-Token-astra-demo': 'a\r\nx: y' })).errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE' } }]);
  expect(sentTo('astra-demo')).not.toContain(keyOf('alice'));
});

test('what a token brought is not kept, and neither log nor answer has a token', async () => {
  const headers = { 'x-source-token-astra-demo': astraToken(), 'x-source-token-catalog-demo': 'canary-token' };
  const { data, errors } = await ask('alice', list, headers);
  expect(JSON.stringify([data, errors, world.log])).not.toMatch(new RegExp(`${astraToken()}|canary-token`));
});

test('the kept answer of an idempotency key is given to no other token, and to nobody without one', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const retry =
    'mutation ($id: ID!) { retryTask(input: { id: $id, idempotencyKey: "k" }) { outcome isRepeat errors { __typename } task { actions { outcome } } } }';
  const headers = { 'x-source-token-vcf-sfo': vcfToken };
  const once = { outcome: 'ACCEPTED', isRepeat: false, errors: [] };
  expect((await ask('alice', retry, headers, { id })).data.retryTask).toMatchObject(once);
  for (const others of [{}, { 'x-source-token-vcf-sfo': 'another' }]) {
    for (let time = 0; time < 2; time += 1) {
      const { outcome, errors } = (await ask('alice', retry, others, { id })).data.retryTask;
      expect([outcome, errors]).toEqual(['REJECTED', [{ __typename: 'TaskActionNotAllowedError' }]]);
    }
  }
  // What they were refused without having been shown the task is not told by it.
  expect((await ask('alice', retry, headers, { id })).data.retryTask).toMatchObject({
    ...once,
    isRepeat: true,
    task: { actions: [{ outcome: 'ACCEPTED' }] },
  });
});
