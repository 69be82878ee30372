import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { sourceModules } from '../../../src/sources/registry.js';
import { refuseWith } from '../../support/plane-errors.js';
import { buildTestSchema } from '../../support/test-schema.js';
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

test('a change of health is answered once for all subscribers with the same document', async () => {
  const field = buildTestSchema(sourceModules, { node: false, scopes: false }).getSubscriptionType()?.getFields()[
    'taskSourceHealthChanged'
  ];
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error('The schema has another form.');
  let executions = 0;
  field.resolve = (...args) => {
    executions += 1;
    return resolve(...args);
  };
  try {
    await world.graphql('{ tasks { totalCount } }');
    for (const id of ['a', 'b', 'c']) client.subscribe(id, 'subscription { taskSourceHealthChanged { name health { status } } }');
    client.subscribe('absent', 'subscription { taskChanged(id: "vcf-sfo:none") { kind } }');
    // What is asked for later is answered later, so the health is being watched.
    for (let count = 0; count < 2; count += 1) expect(await client.next()).toMatchObject({ id: 'absent' });
    world.planes['vcf-sfo'].server.fault = refuseWith(403);
    world.passTime(60_000);
    await world.graphql('{ tasks(filter: { sourceNames: ["vcf-sfo"] }) { totalCount } }');
    const received = [await client.next(), await client.next(), await client.next()];
    expect(received.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    for (const { payload } of received)
      expect(payload.data.taskSourceHealthChanged).toEqual({ name: 'vcf-sfo', health: { status: 'DOWN' } });
    expect(executions).toBe(1);
  } finally {
    field.resolve = resolve;
  }
});
