import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { type LiveServer, startLiveServer } from '../subscriptions/live-server.js';
import { readStream } from '../subscriptions/read-stream.js';
import { SocketClient } from '../subscriptions/socket-client.js';
import { Issuer } from './issuer.js';
import { createTokenAuthenticator, trust } from './token-gateway.js';

const subscription = 'subscription { messages { text } }';
const grants = [{ who: '*', actions: ['read'], sources: ['*'] }] as const;

let issuer: Issuer;
let world: ReturnType<typeof createTokenAuthenticator>;
let server: LiveServer;

beforeEach(async () => {
  issuer = new Issuer();
  await Promise.all([issuer.addKey('a', 'ES256'), issuer.addKey('b', 'ES256')]);
  world = createTokenAuthenticator([issuer], { grants });
  server = await startLiveServer({ authenticator: world.authenticator, timing: { pingMs: 50 } });
});
afterEach(async () => {
  await server.app.close();
});

const bearer = async (kid: string) => `Bearer ${await issuer.token(kid, { exp: Math.floor(world.clock.now / 1000) + 36_000 })}`;

async function openSocket(authorization: string): Promise<SocketClient> {
  const client = await SocketClient.open(server.host);
  client.send({ type: 'connection_init', payload: { authorization } });
  await client.next();
  client.subscribe('1', subscription);
  return client;
}

/** A WebSocket and a stream for a token that the key `a` signed, and a WebSocket for one that `b` signed. */
async function openAll() {
  const [a, b] = [await openSocket(await bearer('a')), await openSocket(await bearer('b'))];
  const stream = await readStream(server.host, { body: { query: subscription }, headers: { authorization: await bearer('a') } });
  await server.feed.until(3);
  return { a, b, stream };
}

async function expectEndOfA({ a, b, stream }: Awaited<ReturnType<typeof openAll>>): Promise<void> {
  expect(await a.closed).toBe(4403);
  while ((await stream.next()) !== null);
  server.feed.push('still here');
  expect(await b.next()).toMatchObject({ type: 'next', payload: { data: { messages: { text: 'still here' } } } });
}

test('When the keys are read in the background and one is gone, its WebSockets and streams end, and those of others go on.', async () => {
  const open = await openAll();
  issuer.removeKey('a');
  world.clock.advance(60_000);
  await expectEndOfA(open);
});

test('They stay open while the issuer is down, also when the keys were forgotten, and end when it is back without the key.', async () => {
  const open = await openAll();
  issuer.respond = () => Promise.reject(new Error('connect ECONNREFUSED'));
  world.authenticator.forgetIssuerKeys();
  world.clock.advance(600_000);
  server.feed.push('to both');
  for (const client of [open.a, open.b])
    expect(await client.next()).toMatchObject({ type: 'next', payload: { data: { messages: { text: 'to both' } } } });
  issuer.removeKey('a');
  issuer.respond = () => Promise.resolve(issuer.document());
  world.clock.advance(60_000);
  await expectEndOfA(open);
});

test('When the settings of its issuer change, they end; a change of the grants alone ends none.', async () => {
  const [first, second] = [await openSocket(await bearer('a')), await openSocket(await bearer('b'))];
  await server.feed.until(2);
  world.authenticator.replace(trust([issuer], { grants: [...grants, ...grants] }));
  server.feed.push('still here');
  for (const client of [first, second]) expect(await client.next()).toMatchObject({ type: 'next' });
  world.authenticator.replace(trust([issuer], { grants, issuers: [{ issuer: issuer.url, audience: 'another', jwksUri: issuer.jwksUri }] }));
  expect([await first.closed, await second.closed]).toEqual([4403, 4403]);
});
