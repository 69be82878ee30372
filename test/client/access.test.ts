import { createHash } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

import { createClient, type TributaryClient } from '../../src/client/index.js';
import type { AuthenticationSettings } from '../../src/server/authentication/authentication-settings.js';
import { Authenticator } from '../../src/server/authentication/authenticator.js';
import { type LiveServer, startLiveServer } from '../server/subscriptions/live-server.js';
import { waitUntil } from '../support/wait-until.js';

const subscription = 'subscription { messages { text } }';

const access = (id: string): AuthenticationSettings => ({
  mode: 'keys',
  keys: [{ id, sha256: createHash('sha256').update(`key-${id}`).digest('hex'), expiresAt: null, roles: [] }],
  grants: [{ who: '*', actions: ['read', 'introspect'], sources: ['*'] }],
});

let authenticator: Authenticator;
let server: LiveServer;
let key: string;
beforeEach(async () => {
  key = 'key-a';
  const fetchPublicDocument = () => Promise.reject(new Error('Nothing is read.'));
  authenticator = new Authenticator({ access: access('a'), trustedProxies: [], fetchPublicDocument, now: Date.now });
  server = await startLiveServer({ authenticator, timing: { pingMs: 50, commentMs: 50 } });
});
afterEach(() => server.app.close());

describe.each([
  ['over a WebSocket', WebSocket],
  ['over an event stream', null],
])('with a gateway that lets nobody in without a key, %s', (_name, webSocketImpl) => {
  let client: TributaryClient;
  beforeEach(() => {
    client = createClient({ url: `http://${server.host}/graphql`, token: () => key, webSocketImpl, retryDelayMs: () => 5 });
  });
  afterEach(() => client.close());

  test('a valid key is accepted', async () => {
    expect(await client.query('{ hello }')).toEqual({ data: { hello: null }, errors: [] });
    const events = client.subscribe(subscription);
    await server.feed.until(1);
    server.feed.push('a');
    expect((await events.next()).value?.data).toEqual({ messages: { text: 'a' } });
  });

  test('another key is refused', async () => {
    key = 'key-x';
    await expect(client.query('{ hello }')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(client.subscribe(subscription).next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(client.waitForTask('vcf:1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a subscription whose key is revoked reconnects with the next key', async () => {
    let opened = 0;
    const events = client.subscribe(subscription, {}, { onOpened: () => (opened += 1) });
    await server.feed.until(1);
    key = 'key-b';
    authenticator.replace(access('b'));
    await waitUntil(() => opened === 2);
    await server.feed.until(1);
    server.feed.push('b');
    expect((await events.next()).value?.data).toEqual({ messages: { text: 'b' } });
    key = 'key-x';
    authenticator.replace(access('c'));
    await expect(events.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
