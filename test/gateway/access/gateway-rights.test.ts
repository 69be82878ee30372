import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';

import { SocketClient } from '../../server/subscriptions/socket-client.js';
import { bearer } from '../../support/callers.js';
import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({
    callers: {
      plain: [{ actions: ['read'], sources: ['*'] }],
      developer: [{ actions: ['read', 'introspect'], sources: ['vcf-sfo'] }],
      operator: [
        { actions: ['operate'], sources: ['*'] },
        { actions: ['read'], sources: ['vcf-sfo'] },
      ],
    },
    configuration: { graphql: { introspection: false } },
  });
});
afterAll(() => world.close());

const introspections = [
  '{ __schema { queryType { name } } }',
  '{ __type(name: "Task") { name } }',
  '{ a: __schema { types { name } } }',
  'query { ... on Query { ...S } } fragment S on Query { __schema { directives { name } } }',
];

test.each(introspections)('%s is only for callers with the right where introspection is off', async (query) => {
  const refused = await world.graphql(query, {}, 'plain');
  expect(refused.data).toBeUndefined();
  expect(refused.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  const answered = await world.graphql(query, {}, 'developer');
  expect(answered.errors).toBeUndefined();
  expect(JSON.stringify(answered.data)).toMatch(/Query|Task|deprecated/);
});

test('the SDL for composition is only for callers with the right', async () => {
  const query = '{ _service { sdl } }';
  expect((await world.graphql(query, {}, 'plain')).errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  expect((await world.graphql(query, {}, 'developer')).data._service.sdl).toContain('interface Task');
});

test('errors name parts of the schema, over HTTP and WebSocket, only to callers with the right', async () => {
  const words = async (caller: string): Promise<string> => {
    const { errors } = await world.graphql('{ taskz { nodez } }', {}, caller);
    const client = await SocketClient.open(new URL(world.gateway.origin).host, { headers: bearer(caller) });
    client.send({ type: 'connection_init' });
    await client.next();
    client.subscribe('1', 'subscription { tasksChangedd { kind } }');
    const message: Json = await client.next();
    client.socket.terminate();
    return JSON.stringify([errors, message.payload]);
  };
  const [plain, developer] = [await words('plain'), await words('developer')];
  expect(plain).not.toMatch(/Did you mean|"tasks"|tasksChanged\\"/);
  expect(developer).toMatch(/Did you mean.*tasks.*Did you mean.*tasksChanged/);
});

test('__typename is no introspection', async () => {
  expect((await world.graphql('{ __typename }', {}, 'plain')).data).toEqual({ __typename: 'Query' });
});

async function ready(headers: Readonly<Record<string, string>>): Promise<Json> {
  const answer = await request(`${world.gateway.origin}/readyz`, { headers });
  return { status: answer.statusCode, body: await answer.body.json() };
}

test('/readyz shows the sources that a caller may read to callers with the right, and no details to others', async () => {
  const bare = { status: 200, body: { status: 'ready' } };
  for (const headers of [{}, { authorization: 'Bearer wrong' }, bearer('plain'), bearer('developer')])
    expect(await ready(headers)).toEqual(bare);
  const detail = { status: 'ready', sources: [{ name: 'vcf-sfo', status: expect.any(String) }] };
  expect(await ready(bearer('operator'))).toEqual({ status: 200, body: detail });
  const alive = await request(`${world.gateway.origin}/livez`, { headers: bearer('operator') });
  expect(await alive.body.json()).toEqual({ status: 'alive' });
});

test.each(['/', '/explorer', '/metrics', '/debug', '/.env', '/graphql/schema'])('without a credential %s is not found', async (path) => {
  const answer = await request(world.gateway.origin + path, { headers: { accept: 'text/html' } });
  expect([answer.statusCode, await answer.body.text()]).toEqual([404, expect.not.stringMatching(/<html|vcf-sfo/)]);
});
