import { createHash } from 'node:crypto';

import { afterEach, describe, expect, test } from '@jest/globals';
import { request } from 'undici';

import { loadConfiguration } from '../../../src/config/load-configuration.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { type AttackResponse, type AttackRequest, type Transport, transports, refusalStatuses } from '../../attacks/transport.js';
import { smallest } from '../../config/fixture.js';
import { type LiveServer, startLiveServer } from '../subscriptions/live-server.js';
import { SocketClient } from '../subscriptions/socket-client.js';

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex');
const reading = '{ hello }';
const watching = 'subscription { messages { text } }';
const foreign = '{ hello __typename }';
const documents = new Map([reading, watching].map((text) => [hashed(text), text]));

let server: LiveServer;
afterEach(() => server.app.close());

async function start(
  mode: 'off' | 'log' | 'enforce',
  clients: readonly (readonly [string, 'off' | 'log' | 'enforce'])[] = [],
): Promise<void> {
  server = await startLiveServer({ trustedDocuments: { documents, mode, clients: new Map(clients) } });
}

const byId: Readonly<Record<string, (text: string) => AttackRequest>> = {
  documentId: (text) => ({ query: '', documentId: hashed(text) }),
  'documentId with its algorithm': (text) => ({ query: '', documentId: `sha256:${hashed(text)}` }),
  "Apollo's extension": (text) => ({ query: '', extensions: { persistedQuery: { version: 1, sha256Hash: hashed(text) } } }),
  'both, text and id': (text) => ({ query: text, extensions: { persistedQuery: { version: 1, sha256Hash: hashed(text) } } }),
};

/** Transports that serve queries: the others refuse these for another reason than the manifest. */
const single: readonly (readonly [string, Transport])[] = Object.entries(transports).filter(
  ([name]) => name.startsWith('POST') || name === 'GET',
);

describe.each(single)('By %s', (_name, send) => {
  test.each(Object.entries(byId))('a document is found by %s', async (_how, attack) => {
    await start('enforce');
    expect((await send(server.host, attack(reading))).data).toEqual({ hello: null });
  });
});

describe.each(Object.entries(transports))('By %s', (name, send) => {
  test.each<readonly [string, AttackRequest]>([
    ['a text that is not in the manifest', { query: foreign }],
    ['an id that is not in it', { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: hashed(foreign) } } }],
    ['a text with the id of another', { query: foreign, extensions: { persistedQuery: { version: 1, sha256Hash: hashed(reading) } } }],
  ])('%s is refused and not repeated', async (_what, attack) => {
    await start('enforce');
    const response: AttackResponse = await send(server.host, attack);
    expect(response.status).toBe(refusalStatuses[name]);
    expect(response.errors).toEqual(
      [{ message: expect.stringContaining('manifest') as unknown, extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }].map((one) =>
        attack.query !== '' && attack.extensions !== undefined
          ? { ...one, message: 'The document is not the one that has its id in the manifest.' }
          : one,
      ),
    );
  });
});

test('a subscription is found by its id over WebSocket and as an event stream', async () => {
  await start('enforce');
  for (const name of ['WebSocket', 'an event stream']) {
    const response = transports[name]?.(server.host, byId["Apollo's extension"]?.(watching) ?? { query: '' });
    await server.feed.until(1);
    server.feed.push('hello');
    expect((await response)?.data).toEqual({ messages: { text: 'hello' } });
    await server.feed.until(0);
  }
});

/** What a client with automatic persisted queries sends, one after the other, until it has data. */
const byHash = (text: string, query: string): AttackRequest => ({
  query,
  extensions: { persistedQuery: { version: 1, sha256Hash: hashed(text) } },
});

describe.each([
  ['log', 'PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND'],
  ['off', 'PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND'],
  ['no manifest', 'PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED'],
] as const)('With %s,', (mode, message, code) => {
  const lines = mode === 'log' ? 1 : 0;
  const begin = async (): Promise<void> => {
    if (mode === 'no manifest') server = await startLiveServer();
    else await start(mode);
  };

  test.each(single)('a client with automatic persisted queries gets data by %s', async (_name, send) => {
    await begin();
    const first = await send(server.host, byHash(foreign, ''));
    expect(first).toMatchObject({ status: 200, errors: [{ message, extensions: { code } }] });
    expect(server.log).toEqual([]);
    for (const next of [byHash(foreign, foreign), byHash(foreign, foreign), { query: foreign }])
      expect(await send(server.host, next)).toMatchObject({ status: 200, data: { hello: null }, errors: [] });
    expect(server.log).toHaveLength(lines);
  });

  test.each(['WebSocket', 'an event stream'])('a client with automatic persisted queries gets events by %s', async (name) => {
    await begin();
    const text = 'subscription { messages { text context } }';
    const send = (attack: AttackRequest) => transports[name]?.(server.host, attack);
    const first = await send(byHash(text, ''));
    expect([200, null]).toContain(first?.status);
    // See there why an event stream never answers that persisted queries are not supported.
    const notFound = { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } };
    expect(first?.errors).toEqual([name === 'WebSocket' ? { message, extensions: { code } } : notFound]);
    expect(server.log).toEqual([]);
    for (const next of [byHash(text, text), { query: text }]) {
      const response = send(next);
      await server.feed.until(1);
      server.feed.push('hello');
      expect((await response)?.data).toMatchObject({ messages: { text: 'hello' } });
      await server.feed.until(0);
    }
    expect(server.log).toHaveLength(lines);
  });

  test('an id that is none is answered as one that is unknown, and does not matter beside a text', async () => {
    await begin();
    for (const persistedQuery of [null, true, {}, { version: 2, sha256Hash: 7 }]) {
      for (const [, send] of single) {
        expect((await send(server.host, { query: '', extensions: { persistedQuery } })).errors).toMatchObject([{ message }]);
        expect((await send(server.host, { query: reading, extensions: { persistedQuery } })).data).toEqual({ hello: null });
      }
    }
  });
});

test.each([
  ['an id', { documentId: hashed(foreign) }],
  ['a hash', { extensions: { persistedQuery: { version: 1, sha256Hash: hashed(foreign) } } }],
  ['a hash and null for a text', { query: null, extensions: { persistedQuery: { version: 1, sha256Hash: hashed(foreign) } } }],
])('over WebSocket, too, %s needs no text beside it', async (_what, payload) => {
  await start('log');
  const client = await SocketClient.connect(server.host);
  client.send({ type: 'subscribe', id: 'a', payload });
  expect(await client.next()).toMatchObject({ id: 'a', type: 'error', payload: [{ message: 'PersistedQueryNotFound' }] });
  client.send({ type: 'subscribe', id: 'b', payload: { documentId: hashed(watching) } });
  await server.feed.until(1);
  server.feed.push('hello');
  expect(await client.next()).toMatchObject({ id: 'b', type: 'next', payload: { data: { messages: { text: 'hello' } } } });
  // What has neither is no message of the protocol.
  client.send({ type: 'subscribe', id: 'c', payload: { variables: {} } });
  expect(await client.closed).toBe(4400);
});

test.each(['log', 'off'] as const)('in mode %s a text is executed under the id of another document', async (mode) => {
  await start(mode);
  expect((await transports['GET']?.(server.host, byHash(reading, foreign)))?.data).toMatchObject({ hello: null });
});

test('a document that is not executed is not logged', async () => {
  server = await startLiveServer({ trustedDocuments: { documents, mode: 'log', clients: new Map() }, limits: { aliases: 1 } });
  for (const query of ['{ hello', '{ nothing }', '{ a: hello b: hello }', 'subscription { messages { nothing } }'])
    for (const send of Object.values(transports)) expect((await send(server.host, { query })).errors).toHaveLength(1);
  expect(server.log).toEqual([]);
});

test('what asks a client for the text of its document is kept by no cache', async () => {
  await start('log');
  const extensions = encodeURIComponent(JSON.stringify(byHash(foreign, '').extensions));
  const { headers, body } = await request(`http://${server.host}/graphql?extensions=${extensions}`);
  await body.dump();
  expect(headers['cache-control']).toBe('no-store');
});

test('a document that is not in the manifest is executed and logged once in mode log, and not even logged in mode off', async () => {
  await start('log');
  for (let i = 0; i < 3; i += 1) expect((await transports['GET']?.(server.host, { query: foreign }))?.data).toMatchObject({ hello: null });
  expect(server.log).toHaveLength(1);
  expect(JSON.parse(server.log[0] ?? '')).toMatchObject({ query: foreign, clientName: null, msg: 'a document is not in the manifest' });
  await server.app.close();
  await start('off');
  expect((await transports['GET']?.(server.host, { query: foreign }))?.data).toMatchObject({ hello: null });
  expect(server.log).toEqual([]);
});

test('a client has the mode of its name, by HTTP and by WebSocket', async () => {
  await start('enforce', [['legacy', 'off']]);
  const ask = async (name: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json', 'apollographql-client-name': name };
    const { statusCode, body } = await request(`http://${server.host}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: foreign }),
    });
    await body.dump();
    return statusCode;
  };
  expect([await ask('legacy'), await ask('other')]).toEqual([200, 400]);
  const client = await SocketClient.open(server.host);
  client.send({ type: 'connection_init', payload: { 'apollographql-client-name': 'legacy' } });
  await client.next();
  client.subscribe('a', 'subscription { messages { text context } }');
  await server.feed.until(1);
  client.socket.terminate();
  await server.feed.until(0);
});

describe('A manifest in the configuration is', () => {
  const load = (manifest: string) =>
    loadConfiguration({
      file: 'tributary.yaml',
      text: `graphql: { trustedDocuments: { manifestFile: ./m.json, clients: [{ name: legacy, mode: log }] } }\n${smallest}`,
      environment: {},
      readFile: () => manifest,
      modules: sourceModules,
    }).graphql.trustedDocuments;

  test.each([
    ['texts by their ids', JSON.stringify({ [`sha256:${hashed(reading)}`]: reading })],
    [
      'that of Apollo',
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: hashed(reading), name: 'A', type: 'query', body: reading }],
      }),
    ],
  ])('read: %s', (_form, text) => {
    expect(load(text)).toEqual({
      documents: new Map([[hashed(reading), reading]]),
      mode: 'enforce',
      clients: new Map([['legacy', 'log']]),
    });
  });

  test.each(['no JSON', '[]', '{}', '{"a":1}', '{"format":"apollo-persisted-query-manifest","operations":[{"id":1}]}'])(
    'refused: %s',
    (text) => {
      expect(() => load(text)).toThrow(/expected a file with a JSON object of documents by their ids/);
    },
  );
});
