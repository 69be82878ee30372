import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { PlaneServer } from '../../../src/sources/simulation/plane-server.js';
import { SocketClient } from '../../server/subscriptions/socket-client.js';
import { post } from '../../support/post.js';
import { World } from '../../support/world.js';
import { type ExampleSubgraph, startExample } from './example-subgraph.js';

let world: World;
let notes: ExampleSubgraph;
beforeAll(async () => {
  [world, notes] = await Promise.all([World.start(), startExample('notes')]);
});
afterAll(async () => {
  await Promise.all([world?.close(), notes?.stop()]);
});

/** The subscription that a router sends for: subscription ($id: ID!) { taskChanged(id: $id) { kind task { name notes { text } } } } */
const subscriptionOfRouter = 'subscription Watch__tributary__0($id: ID!) { taskChanged(id: $id) { kind task { __typename id name } } }';
const entityQuery =
  'query Watch__notes__1($representations: [_Any!]!) { _entities(representations: $representations) { ... on Task { notes { text } } } }';

test('WebSocket pass-through: an event has the entity reference that a router needs for other subgraphs', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  await post(notes.url, { query: 'mutation ($id: ID!) { writeNote(taskId: $id, author: "Ada", text: "why?") { id } }', variables: { id } });
  const router = await SocketClient.connect(new URL(world.gateway.origin).host);
  router.subscribe('1', subscriptionOfRouter, { id });
  const { payload } = await router.next();
  expect(payload).toEqual({ data: { taskChanged: { kind: 'CURRENT', task: { __typename: 'VcfTask', id, name: expect.any(String) } } } });
  expect(await router.next()).toEqual({ id: '1', type: 'complete' });
  const representations = [{ __typename: 'Task', id: payload.data.taskChanged.task.id }];
  const { data } = await post(notes.url, { query: entityQuery, variables: { representations } });
  expect(data).toEqual({ _entities: [{ notes: [{ text: 'why?' }] }] });
  router.socket.terminate();
});

test('HTTP callback protocol: it is refused with a hint, and the callback URL is not called', async () => {
  const router = await PlaneServer.start(() => ({ status: 204 }));
  const { status, errors } = await post(
    `${world.gateway.origin}/graphql`,
    {
      query: 'subscription { tasksChanged { kind } }',
      extensions: {
        subscription: { callbackUrl: `${router.url}/callback/1`, subscriptionId: '1', verifier: 'x', heartbeatIntervalMs: 5_000 },
      },
    },
    { accept: 'application/json;callbackSpec=1.0' },
  );
  expect([status, errors?.[0]?.extensions, errors?.[0]?.message]).toEqual([
    expect.any(Number),
    { code: 'OPERATION_RESOLUTION_FAILURE' },
    expect.stringContaining('use a WebSocket, or an event stream'),
  ]);
  expect(router.calls).toEqual([]);
  await router.close();
});
