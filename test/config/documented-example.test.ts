import { expect, test } from '@jest/globals';

import { file, load, modules } from './fixture.js';

const example = `server:   { host: 127.0.0.1, port: 4000, cors: ["https://studio.apollographql.com", "https://sandbox.embed.apollographql.com"] }
graphql:  { introspection: true, explorer: true }
auth:
  mode: jwt                       # none (loopback only) | keys | jwt; there is no default
  issuers: [ { issuer: "https://idp.example", audience: tributary, jwksUri: "https://idp.example/keys" } ]
  rolesClaim: roles
  grants:                         # deny by default
    - { who: "role:sre", actions: [read, retry, cancel, track], sources: ["*"] }
    - { who: "sub:wallboard", actions: [read], sources: ["vcf-*"] }
store:    { kind: sqlite, path: ./tributary.db, keep: 30d, record: always }
sources:
  - { name: catalog-prod, kind: catalog, url: "https://api.keycard.ai", zoneId: zone_1, credentials: { clientId: ci, clientSecretFile: /run/secrets/catalog } }
  - { name: astra-prod, kind: astra, url: "https://astra.example", accountId: 00000000-0000-4000-8000-000000000000, credentials: { tokenFile: /run/secrets/astra } }
  - { name: vcf-sfo, kind: vcf, url: "https://sfo-vcf01.rainpole.io", credentials: { username: svc, passwordFile: /run/secrets/vcf },
      tls: { caFile: /etc/ssl/corp.pem }, actions: { retry: true, cancel: false }, timeoutMs: 5000, poll: { activeMs: 5000, idleMs: 30000, fullMs: 60000 } }
`;

const transport = { tls: {}, proxy: null, timeoutMs: 5_000, maxBodyBytes: 64 * 1024 * 1024 };
const common = { actions: { retry: true, cancel: true }, listLimits: { maxItems: 200_000, maxPages: 2_000 } };
const poll = { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 };

test('an example with every section is loaded with all its values', () => {
  const [catalog, astra, vcf] = modules;
  expect(load(example)).toEqual({
    server: {
      host: '127.0.0.1',
      port: 4_000,
      cors: ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'],
      compression: true,
      keepAliveMs: 72_000,
      trustedProxies: [],
    },
    graphql: { introspection: true, explorer: true },
    auth: {
      mode: 'jwt',
      issuers: [{ issuer: 'https://idp.example', audience: 'tributary', jwksUri: new URL('https://idp.example/keys') }],
      rolesClaim: 'roles',
      grants: [
        { who: 'role:sre', actions: ['read', 'retry', 'cancel', 'track'], sources: ['*'] },
        { who: 'sub:wallboard', actions: ['read'], sources: ['vcf-*'] },
      ],
    },
    log: { level: 'info', format: 'auto' },
    store: { kind: 'sqlite', path: '/etc/tributary/tributary.db', retentionMs: 30 * 24 * 3_600_000, record: 'always' },
    reads: { maxAgeMs: 1_000, minAgeMs: 0, waitMs: 500 },
    federation: { node: false, scopes: false },
    limits: {
      bodyKb: 100,
      tokens: 1_000,
      depth: 15,
      aliases: 20,
      rootFields: 10,
      mutationRootFields: 1,
      selections: 1_000,
      tasksById: 400,
      references: 2_000,
      values: 450_000,
      rawKb: 8_192,
      operationsPerSecond: 20,
      actionsPerMinute: 120,
      socketsPerCaller: 10,
      subscriptionsPerSocket: 20,
      sockets: 2_000,
      sourceTokensPerCaller: 100,
      sourceTokens: 1_000,
    },
    sources: [
      {
        module: catalog,
        common: {
          ...common,
          name: 'catalog-prod',
          displayName: 'catalog-prod',
          transport: { ...transport, url: new URL('https://api.keycard.ai') },
        },
        settings: { zoneId: 'zone_1', credentials: { clientId: 'ci', clientSecret: 'catalog secret' }, tasks: [] },
        poll,
        passthrough: false,
      },
      {
        module: astra,
        common: {
          ...common,
          name: 'astra-prod',
          displayName: 'astra-prod',
          transport: { ...transport, url: new URL('https://astra.example') },
        },
        settings: { accountId: '00000000-0000-4000-8000-000000000000', credentials: { token: 'astra token' } },
        poll,
        passthrough: false,
      },
      {
        module: vcf,
        common: {
          ...common,
          name: 'vcf-sfo',
          displayName: 'vcf-sfo',
          transport: {
            ...transport,
            url: new URL('https://sfo-vcf01.rainpole.io'),
            tls: { ca: '-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----' },
          },
          actions: { retry: true, cancel: false },
        },
        settings: { credentials: { username: 'svc', password: 'vcf password' } },
        poll,
        passthrough: false,
      },
    ],
  });
});

test('relative paths begin in the folder of the file, also when that is relative itself', () => {
  expect(load(example, { file: 'tributary.yaml' }).store).toMatchObject({ path: 'tributary.db' });
  expect(load(example, { file: 'deep/er/tributary.yaml' }).store).toMatchObject({ path: 'deep/er/tributary.db' });
  expect(load(example.replace('./tributary.db', '/var/t.db'), { file }).store).toMatchObject({ path: '/var/t.db' });
});
