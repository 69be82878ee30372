import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

import { SocketClient } from '../server/subscriptions/socket-client.js';
import { Target } from './target.js';

let target: Target;
beforeAll(async () => {
  target = await Target.start();
});
afterAll(() => target.close());

describe('A30 a WebSocket is closed', () => {
  test.each<readonly [string, number, (client: SocketClient) => void]>([
    ['that subscribes before connection_ack', 4401, (client) => client.subscribe('a', 'subscription { tasksChanged { kind } }')],
    ['that sends connection_init twice', 4429, (client) => [1, 2].forEach(() => client.send({ type: 'connection_init' }))],
    ['that sends invalid JSON', 4400, (client) => client.send('no JSON')],
    ['that sends an unknown message type', 4400, (client) => client.send({ type: 'start', id: 'a', payload: {} })],
    ['that sends 65 kB', 1009, (client) => client.send(JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(65 * 1024) } }))],
    ['that sends 10 MB', 1009, (client) => client.send('x'.repeat(10_000_000))],
    [
      'that sends a message in 200 fragments',
      1008,
      (client) => Array.from({ length: 200 }, (_, i) => client.socket.send('x', { fin: i === 199 })),
    ],
    ['that sends invalid UTF-8', 1007, (client) => client.socket.send(Buffer.from([0xff, 0xfe]), { binary: false })],
  ])('%s, with %i', async (_what, code, attack) => {
    const client = await SocketClient.open(target.host);
    attack(client);
    expect(await client.closed).toBe(code);
  });

  test('that uses an id twice, with 4409', async () => {
    const client = await SocketClient.connect(target.host);
    for (let i = 0; i < 2; i += 1) client.subscribe('a', 'subscription { tasksChanged { kind } }');
    expect(await client.closed).toBe(4409);
  });
});

test('A30 compression is not negotiated, whatever a client offers', async () => {
  const socket = new WebSocket(`ws://${target.host}/graphql`, 'graphql-transport-ws', { perMessageDeflate: true });
  await new Promise((resolve) => socket.once('open', resolve));
  expect(socket.extensions).toBe('');
  socket.terminate();
});

test.each([
  ['a page of another origin', { origin: 'https://evil.example' }, '403'],
  ['a page without an origin', { origin: 'null' }, '403'],
])('A31 %s is refused before the upgrade', async (_what, options, status) => {
  await expect(SocketClient.open(target.host, options)).rejects.toThrow(status);
});

test('A31 the older protocol, which has no mandatory connection_init, is not supported', async () => {
  const client = await SocketClient.open(target.host, { protocols: ['graphql-ws'] }).catch((error: unknown) => error);
  if (client instanceof SocketClient) expect(await client.closed).toBe(4406);
  else expect(client).toBeInstanceOf(Error);
});

test('A32 the 21st subscription of a connection and the 11th connection of a caller are refused', async () => {
  const clients: SocketClient[] = [];
  for (let i = 0; i < 10; i += 1) clients.push(await SocketClient.connect(target.host));
  const eleventh = await SocketClient.open(target.host);
  eleventh.send({ type: 'connection_init' });
  expect(await eleventh.closed).toBe(4429);
  const [first] = clients;
  for (let i = 0; i < 21; i += 1) first?.subscribe(`s${i}`, 'subscription { taskSourceHealthChanged { name } }');
  expect(await first?.next()).toMatchObject({
    id: 's20',
    type: 'error',
    payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 5_000 } }],
  });
  for (const { socket } of clients) socket.terminate();
});
