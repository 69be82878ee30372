import { createHash } from 'node:crypto';

import { expect, test } from '@jest/globals';

import { load, problemsOf, smallest } from './fixture.js';

test('a key that is left out has its default', () => {
  const { server, graphql, log, store, sources } = load(smallest);
  expect({ server, graphql, log, store }).toEqual({
    server: { host: '127.0.0.1', port: 4_000, cors: [], compression: true, keepAliveMs: 72_000, trustedProxies: [] },
    graphql: { introspection: false, explorer: false },
    log: { level: 'info', format: 'auto' },
    store: { kind: 'sqlite', path: '/etc/tributary/tributary.db', retentionMs: 2_592_000_000, record: 'always' },
  });
  expect(sources[0]?.common).toMatchObject({
    displayName: 'sfo',
    actions: { retry: true, cancel: true },
    transport: { timeoutMs: 5_000, proxy: null },
  });
});

test('a section or a key without a value is absent', () => {
  expect(load(`server:\nlimits:\n  depth:\nreads: ~\n${smallest}`)).toEqual(load(smallest));
});

test('a section may be given in part', () => {
  const { limits, server } = load(`limits: { depth: 0 }\nserver: { port: 0 }\n${smallest}`);
  expect(limits).toMatchObject({ depth: 0, aliases: 20 });
  expect(server).toMatchObject({ host: '127.0.0.1', port: 0, cors: [], trustedProxies: [] });
});

test.each([
  ['30s', 30_000],
  ['5m', 300_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
])('a duration of %s is %d ms', (keep, retentionMs) => {
  expect(load(`store: { kind: memory, keep: ${keep} }\n${smallest}`).store.retentionMs).toBe(retentionMs);
});

test.each(['30', '0s', '5 m', '1.5h', '30D', '-1s', '100000d'])('%s is not a duration', (keep) => {
  expect(problemsOf(`store: { kind: memory, keep: ${keep} }\n${smallest}`)).toEqual([
    '1:30: store.keep: expected a duration: a whole number from 1 to 99999 and s, m, h or d, such as 30s, 5m, 24h or 30d',
  ]);
});

test('the mode keys has keys, each with an id, and grants', () => {
  const auth =
    'auth: { mode: keys, keys: [{ id: wall, key: 0123456789abcdef }], grants: [{ who: "key:wall", actions: [read], sources: [sfo] }] }';
  expect(load(smallest.replace('auth: { mode: none }', auth)).auth).toEqual({
    mode: 'keys',
    keys: [{ id: 'wall', sha256: createHash('sha256').update('0123456789abcdef').digest('hex'), expiresAt: null, roles: [] }],
    grants: [{ who: 'key:wall', actions: ['read'], sources: ['sfo'] }],
  });
});

test('a proxy is a URL of http or https and may have a user', () => {
  const [source] = load(`${smallest}    proxy: "http://user:pw@proxy.example:3128"\n`).sources;
  expect(source?.common.transport.proxy?.href).toBe('http://user:pw@proxy.example:3128/');
});

test.each(['http://localhost:8080/base', 'http://127.0.0.1', 'http://127.9.9.9:1', 'http://[::1]:3000', 'https://plane.example/a/b'])(
  'a source may be at %s',
  (url) => {
    const [source] = load(smallest.replace('https://sfo.example', `"${url}"`)).sources;
    expect(source?.common.transport.url).toEqual(new URL(url));
  },
);

test.each([
  ['memory', 'watched'],
  ['sqlite', 'always'],
])('a store in %s records %s by default', (kind, record) => {
  expect(load(`store: { kind: ${kind} }\n${smallest}`).store.record).toBe(record);
});

test.each(['/', 'tributary', '/tributary/', '//a', '/a/../b', '/graphql', '/explorer/x', '/a b', '/ä', 7])(
  '%j is not a path below which a proxy can publish the gateway',
  (basePath) => {
    const text = `server: { basePath: ${JSON.stringify(basePath)} }\n${smallest}`;
    expect(problemsOf(text)).toEqual([expect.stringMatching(/server\.basePath: expected a path such as \/tributary/)]);
  },
);

test.each(['/tributary', '/team-1/tributary', '/graphql2'])('%s is such a path', (basePath) => {
  expect(load(`server: { basePath: ${basePath} }\n${smallest}`).server.basePath).toBe(basePath);
});
