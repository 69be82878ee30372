import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';
import { SocketClient } from '../../server/subscriptions/socket-client.js';

let world: World;
let client: SocketClient;
beforeEach(async () => {
  world = await World.start();
  client = await SocketClient.connect(new URL(world.gateway.origin).host);
});
afterEach(async () => {
  client.socket.terminate();
  await world.close();
});

test('over a WebSocket, a retry by one client is told to another one that watches, and the end of the task completes it', async () => {
  const plane = world.planes['vcf-sfo'];
  const sourceTaskId = plane.addTask({ status: 'FAILED' });
  const id = `vcf-sfo:${sourceTaskId}`;
  client.subscribe('list', 'subscription ($ids: [ID!]) { tasksChanged(filter: { ids: $ids }) { kind previousStatus task { status } } }', {
    ids: [id],
  });
  // What is asked for later is answered later, so the list is being watched when this has its answer.
  client.subscribe('done', 'subscription ($id: ID!) { taskChanged(id: $id) { kind task { id status } } }', { id });
  expect(await client.next()).toEqual({
    id: 'done',
    type: 'next',
    payload: { data: { taskChanged: { kind: 'CURRENT', task: { id, status: 'FAILED' } } } },
  });
  expect(await client.next()).toEqual({ id: 'done', type: 'complete' });

  await world.graphql('{ tasks(filter: { sourceNames: ["vcf-sfo"] }) { totalCount } }');
  plane.server.fault = ({ method, path }, handle) => {
    const answer = handle();
    if (method === 'PATCH' && path.startsWith('/v1/tasks')) plane.setTask(sourceTaskId, { status: 'IN_PROGRESS' });
    return answer;
  };
  await world.graphql('mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome } }', { id });
  const change = { kind: 'UPDATED', previousStatus: null, task: { status: 'RUNNING' } };
  expect(await client.next()).toEqual({ id: 'list', type: 'next', payload: { data: { tasksChanged: change } } });
  client.subscribe('absent', 'subscription { taskChanged(id: "vcf-sfo:none") { kind } }');
  expect(await client.next()).toMatchObject({
    id: 'absent',
    payload: { errors: [{ path: ['taskChanged'], extensions: { code: 'BAD_USER_INPUT' } }] },
  });
  expect(world.log).toEqual([]);
});
