import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';
import { readStream } from './read-stream.js';
import { SocketClient } from './socket-client.js';

let world: World;
let host: string;
let id: string;

beforeEach(async () => {
  world = await World.start({ configuration: { limits: { subscriptionsPerSocket: 2, sockets: 2 } } });
  host = new URL(world.gateway.origin).host;
  id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
});

afterEach(async () => {
  // A plane that is being read while everything closes fails, and one test opens too many connections; nothing else goes wrong.
  expect(world.log.filter((line) => !/ answers in part: | fails: |limits\.sockets/.test(line))).toEqual([]);
  await world.close();
});

test('An event stream of the real gateway has a task that is finished, and completes.', async () => {
  const query = 'subscription Watch($id: ID!) { taskChanged(id: $id) { kind task { id status source { name } } } }';
  const stream = await readStream(host, { body: { query, variables: { id } } });
  expect(await stream.nextData()).toEqual({
    data: { taskChanged: { kind: 'CURRENT', task: { id, status: 'FAILED', source: { name: 'vcf-sfo' } } } },
  });
  expect(await stream.next()).toBe('event: complete\ndata:');
});

test('The configured limits hold, and closing the gateway with open subscriptions ends them.', async () => {
  const client = await SocketClient.connect(host);
  for (const each of ['a', 'b', 'c']) client.subscribe(each, 'subscription { tasksChanged { kind } }');
  expect(await client.next()).toMatchObject({ id: 'c', type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
  const stream = await readStream(host, { body: { query: 'subscription { taskSourceHealthChanged { name } }' } });
  await expect(SocketClient.open(host)).rejects.toThrow('503');
  await world.gateway.close();
  expect(await client.closed).toBe(1001);
  while ((await stream.next()) !== null);
});
