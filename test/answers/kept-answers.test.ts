import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';

import { sourceModules } from '../../src/sources/registry.js';
import { buildTestSchema } from '../support/test-schema.js';
import { waitUntil } from '../support/wait-until.js';
import { World } from '../support/world.js';

let world: World;
let task: string;
let running: string;
/** How often the field `tasks` or `task` was executed. */
let executions = 0;
/** The tasks that were found by their id. */
let served: WeakRef<object>[] = [];
beforeAll(async () => {
  const fields = buildTestSchema(sourceModules, { node: false, scopes: false }).getQueryType()?.getFields() ?? {};
  for (const name of ['tasks', 'task'] as const) {
    const field = fields[name];
    const resolve = field?.resolve;
    if (field === undefined || resolve === undefined) throw new Error('The schema has another form.');
    field.resolve = async (...args) => {
      executions += 1;
      const result: unknown = await resolve(...args);
      if (name === 'task' && typeof result === 'object' && result !== null) served.push(new WeakRef(result));
      return result;
    };
  }
  world = await World.start();
  task = world.planes['vcf-sfo'].addTask({ status: 'IN_PROGRESS', name: 'Deploy' });
  running = world.planes['vcf-sfo'].addTask({ status: 'IN_PROGRESS', name: 'Upgrade' });
});
afterAll(() => world.close());
beforeEach(() => {
  world.passTime(60_000);
  executions = 0;
});

const page = '{ tasks(first: 50) { nodes { id name status createdAt warnings { ... on TaskWarningFields { code message } } } } }';

async function get(query: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await request(`${world.gateway.origin}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { 'apollo-require-preflight': '1', ...headers },
  });
  const body = Buffer.from(await response.body.arrayBuffer());
  return { status: response.statusCode, headers: response.headers, body };
}

test('from the third equal request on, the answer is not made again until a task has changed, and equal requests at one time make one', async () => {
  for (let count = 0; count < 5; count += 1) expect((await world.graphql(page)).data.tasks.nodes.length).toBeGreaterThan(10);
  expect(executions).toBe(2);
  // The lists are read again, and are the same.
  world.passTime(60_000);
  await Promise.all(Array.from({ length: 8 }, () => world.graphql(page)));
  expect(executions).toBe(2);
  world.planes['vcf-sfo'].setTask(task, { status: 'FAILED' });
  expect((await world.graphql(page)).data.tasks.nodes).not.toContainEqual(
    expect.objectContaining({ id: `vcf-sfo:${task}`, status: 'FAILED' }),
  );
  world.passTime(60_000);
  const answers = await Promise.all(Array.from({ length: 8 }, () => world.graphql(page)));
  for (const { data } of answers)
    expect(data.tasks.nodes).toContainEqual(expect.objectContaining({ id: `vcf-sfo:${task}`, status: 'FAILED' }));
  expect(executions).toBe(3);
});

test.each([
  ['the age of its data', `{ task(id: "$") { id observedAt } }`, [1, 2, 2, 3]],
  ['how long work has taken that goes on', `{ task(id: "#") { id durationMs } }`, [1, 2, 3, 4]],
  ['how long work has taken that is over', `{ task(id: "$") { id durationMs nextPollAfterMs } }`, [1, 2, 2, 2]],
  ['which action is allowed', `{ task(id: "$") { id cancel { isAllowed } } }`, [1, 2, 3, 4]],
  ['nothing but the task', `{ task(id: "$") { id status } }`, [1, 2, 2, 2]],
])('an operation that asks for %s is executed when that can be different', async (_name, operation, expected) => {
  const query = operation.replace('$', `vcf-sfo:${task}`).replace('#', `vcf-sfo:${running}`);
  const counts: number[] = [];
  for (const ms of [0, 0, 0, 5_000]) {
    world.passTime(ms);
    await world.graphql(query);
    counts.push(executions);
  }
  expect(counts).toEqual(expected);
});

test('a query over GET has a weak validator, and 304 says that the client has the answer, kept or not', async () => {
  const first = await get(page);
  const tag = String(first.headers['etag']);
  expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
  expect(first.headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'accept, authorization, accept-encoding' });
  for (const known of [tag, `"other", ${tag}`, tag.replace('W/', ''), '*']) {
    const { status, headers, body } = await get(page, { 'if-none-match': known });
    expect([status, body.length, headers['content-type'], headers['content-length']]).toEqual([304, 0, undefined, undefined]);
    expect(headers).toMatchObject({ etag: tag, 'cache-control': 'private, no-cache', vary: 'accept, authorization, accept-encoding' });
  }
  expect(executions).toBe(2);
  expect(await get(page, { 'if-none-match': 'W/"other"' })).toMatchObject({ status: 200, headers: { etag: tag } });
  world.planes['vcf-sfo'].setTask(task, { status: 'SUCCESSFUL' });
  world.passTime(60_000);
  const changed = await get(page, { 'if-none-match': tag });
  expect(changed.status).toBe(200);
  expect(changed.headers['etag']).not.toBe(tag);
});

test('a kept answer is compressed as each client accepts it', async () => {
  const plain = (await get(page)).body.toString();
  for (const [encoding, decompress] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    const { headers, body } = await get(page, { 'accept-encoding': encoding });
    expect(headers).toMatchObject({ 'content-encoding': encoding, 'content-length': String(body.length) });
    expect(decompress(body).toString()).toBe(plain);
  }
});

test('an answer with errors and the answer to a POST have no validator', async () => {
  const failed = await get('{ tasks(first: -1) { totalCount } }');
  expect([failed.status, failed.headers['etag']]).toEqual([200, undefined]);
  const posted = await world.graphql(page);
  expect([posted.headers['etag'], posted.headers['cache-control']]).toEqual([undefined, undefined]);
});

test('a number that is too large is not taken for null, for which there is a kept answer', async () => {
  const send = async (first: string) => {
    const body = `{"query":"query ($first: Int) { tasks(first: $first) { totalCount } }","variables":{"first":${first}}}`;
    const response = await request(`${world.gateway.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return response.body.text();
  };
  for (let count = 0; count < 3; count += 1) expect(await send('null')).toContain('totalCount');
  for (let count = 0; count < 3; count += 1) expect(await send('1e400')).toContain('BAD_USER_INPUT');
});

test('kept answers keep no task in memory that has changed since', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  served = [];
  for (let count = 0; count < 3; count += 1) await world.graphql(`{ task(id: "vcf-sfo:${task}") { name } }`);
  expect(served.length).toBe(2);
  world.planes['vcf-sfo'].setTask(task, { name: 'Changed' });
  world.passTime(60_000);
  await world.graphql('{ tasks { totalCount } }');
  await waitUntil(() => {
    collectGarbage();
    return served.every((one) => one.deref() === undefined);
  }, 'a task that nobody keeps');
});
