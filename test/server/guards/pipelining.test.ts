import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { httpTiming } from '../../../src/server/timeouts.js';
import { RawConnection } from '../../support/raw-http.js';
import { waitUntil } from '../../support/wait-until.js';
import { BareGateway } from '../bare-gateway.js';

let waiting: (() => void)[];
let gateway: BareGateway;
beforeEach(async () => {
  waiting = [];
  const schema = buildSchema('type Query { hello: String slow: String }');
  const { slow } = schema.getQueryType()?.getFields() ?? {};
  if (slow) slow.resolve = () => new Promise((resolve) => waiting.push(() => resolve('done')));
  gateway = await BareGateway.start(schema, { httpTiming: { ...httpTiming, responseMs: 50, checkMs: 10 } });
});
afterEach(() => gateway.close());

const slow = 'GET /graphql?query={slow} HTTP/1.1\r\nhost: a\r\napollo-require-preflight: 1\r\n\r\n';

/** Sends the same so many times ahead, and goes when the first of it is being answered. */
async function sendAheadAndGo(times: number): Promise<void> {
  const [connection, before] = [new RawConnection(gateway.host), waiting.length];
  await connection.send(slow.repeat(times));
  await waitUntil(() => waiting.length > before);
  connection.socket.destroy();
  await connection.ended;
}

test('Pipelined requests of connections that are gone do not count, and are not logged', async () => {
  for (let count = 0; count < 8; count += 1) await sendAheadAndGo(50);
  // The last of them may be noticed a moment after its client has gone.
  let status = 0;
  for (let tries = 0; tries < 100 && status !== 200; tries += 1) status = (await gateway.post({ query: '{ hello }' })).status;
  expect(status).toBe(200);
  for (const finish of waiting.splice(0)) finish();
  const connection = new RawConnection(gateway.host);
  connection.socket.pause();
  await connection.send(slow);
  await waitUntil(() => waiting.length > 0);
  expect((await gateway.post({ query: '{ hello }' })).json).toEqual({ data: { hello: null } });
  expect(gateway.log).toEqual([]);
  connection.socket.destroy();
});

test('A connection with more than 64 pipelined requests is closed', async () => {
  const connection = new RawConnection(gateway.host);
  await connection.send(slow.repeat(66));
  expect((await connection.ended).text).toBe('');
  expect((await gateway.post({ query: '{ hello }' })).status).toBe(200);
});
