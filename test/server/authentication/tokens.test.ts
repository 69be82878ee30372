import { createHmac } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { base64url, CompactEncrypt, SignJWT } from 'jose';

import { Issuer } from './issuer.js';
import { startTokenGateway, type TokenGateway } from './token-gateway.js';

let issuer: Issuer;
let untrusted: Issuer;
let world: TokenGateway;

beforeAll(async () => {
  [issuer, untrusted] = await Promise.all([Issuer.create('a'), Issuer.create('a')]);
  world = await startTokenGateway([issuer]);
  expect((await world.send(await issuer.token('a', { exp: world.seconds() + 60 }))).status).toBe(200);
});
afterAll(() => world.gateway.close());
beforeEach(() => {
  issuer.reads = 0;
});

const exp = () => world.seconds() + 60;
const good = (claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}) =>
  issuer.token('a', { exp: exp(), ...claims }, header);
const part = (value: unknown) => base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));
const claims = () => ({ iss: issuer.url, aud: 'tributary', sub: 'alice', exp: exp() });

const header = '{"alg":"RS256","kid":"a"}';
const signed = (head: string, payload: string) => issuer.signed('a', head, payload);

test.each<readonly [string, () => Promise<string> | string]>([
  ['is no token', () => 'abc'],
  ['is signed by nobody', () => `${part({ alg: 'none' })}.${part(claims())}.`],
  ['is signed by nobody, in capitals', () => `${part({ alg: 'NONE' })}.${part(claims())}.`],
  [
    'has the public key for a shared secret',
    () => {
      const text = `${part({ alg: 'HS256', kid: 'a' })}.${part(claims())}`;
      return `${text}.${createHmac('sha256', JSON.stringify(issuer.jwk('a')))
        .update(text)
        .digest('base64url')}`;
    },
  ],
  ['is signed with a shared secret', () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'a' }).sign(new Uint8Array(32))],
  ['is signed by an untrusted issuer', () => untrusted.token('a', claims())],
  ['was altered', async () => `${(await good()).slice(0, -8)}AAAAAAAA`],
  ['is of another issuer', () => good({ iss: 'https://evil.example' })],
  ['has the issuer in a list', () => good({ iss: [issuer.url] })],
  ['has no issuer', () => good({ iss: undefined })],
  ['has null for an issuer', () => good({ iss: null })],
  ['has a number for an issuer', () => good({ iss: 1 })],
  ['is for another audience', () => good({ aud: 'other' })],
  ['is for other audiences', () => good({ aud: ['other', 'tributary-2'] })],
  ['has no audience', () => good({ aud: undefined })],
  ['has null for an audience', () => good({ aud: null })],
  ['has a number for an audience', () => good({ aud: 7 })],
  ['never ends', () => good({ exp: undefined })],
  ['ends at a text', () => good({ exp: String(exp()) })],
  ['ended', () => good({ exp: world.seconds() - 31 })],
  ['has not begun', () => good({ nbf: world.seconds() + 31 })],
  ['begins at a text', () => good({ nbf: '0' })],
  ['has no subject', () => good({ sub: undefined })],
  ['has an empty subject', () => good({ sub: '' })],
  ['has a number for a subject', () => good({ sub: 7 })],
  ['has a control character in its subject', () => good({ sub: 'alice\n{"caller":"root"}' })],
  ['has a subject without end', () => good({ sub: 'a'.repeat(256) })],
  ['wants an extension', () => signed('{"alg":"RS256","kid":"a","crit":["exp2"],"exp2":1}', JSON.stringify(claims()))],
  ['has an odd kid: a path', () => good({}, { kid: '../../../../dev/null' })],
  ['has an odd kid: SQL', () => good({}, { kid: "a' UNION SELECT 'x" })],
  ['has a number for a kid', () => good({}, { kid: 7 })],
  ['names a document of keys', () => untrusted.token('a', claims(), { jku: 'https://evil.example/keys' })],
  ['names a certificate', () => untrusted.token('a', claims(), { x5u: 'https://evil.example/cert' })],
  ['brings its own key', () => untrusted.token('a', claims(), { jwk: untrusted.jwk('a') })],
  ['is longer than 8 kB', () => good({ pad: 'x'.repeat(7_000) })],
  ['has a subject twice', () => signed(header, `{"iss":"${issuer.url}","aud":"tributary","sub":"a","sub":"b","exp":${exp()}}`)],
  ['has an algorithm twice', () => signed('{"alg":"none","alg":"RS256","kid":"a"}', JSON.stringify(claims()))],
  ['is no JSON inside', () => signed(header, '{')],
  ['is a list inside', () => signed(header, '[]')],
  [
    'is encrypted',
    () =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims())))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(new Uint8Array(32)),
  ],
])('A token that %s is 401, with the same words, and nothing is fetched for it.', async (_what, make) => {
  const response = await world.send(await make());
  expect({ status: response.status, body: response.json }).toEqual({
    status: 401,
    body: {
      errors: [
        {
          message: 'The caller is not authenticated: send a credential of this gateway as "authorization: Bearer …".',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    },
  });
  expect(issuer.reads).toBeLessThanOrEqual(1);
});

test.each<readonly [string, () => Promise<string>]>([
  ['is for several audiences, this one among them', () => good({ aud: ['other', 'tributary'] })],
  ['ended 29 s ago, as clocks differ', () => good({ exp: world.seconds() - 29 })],
  ['begins in 29 s', () => good({ nbf: world.seconds() + 29 })],
  [
    'names documents that nobody looks at',
    () => good({}, { jku: 'https://evil.example', x5u: 'https://evil.example', jwk: { kty: 'RSA' } }),
  ],
])('A token that %s is good.', async (_what, make) => {
  expect((await world.send(await make())).status).toBe(200);
});

test.each(['RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])('%s is taken.', async (alg) => {
  const other = await Issuer.create();
  await other.addKey('k', alg);
  const own = await startTokenGateway([other]);
  expect((await own.send(await other.token('k', { exp: own.seconds() + 60 }))).status).toBe(200);
  await own.gateway.close();
});

test('Wrong tokens lock nobody out: a page whose token has expired goes on until it has a new one.', async () => {
  const ended = await good({ exp: world.seconds() - 100 });
  for (let n = 0; n < 15; n++) expect((await world.send(ended)).status).toBe(401);
  expect((await world.send(await good())).status).toBe(200);
});

test.each<readonly [string, string, Readonly<Record<string, unknown>>, boolean]>([
  ['a list', 'roles', { roles: ['dev', 'sre'] }, true],
  ['one text', 'scope', { scope: 'openid sre' }, true],
  ['a claim inside another', 'realm_access.roles', { realm_access: { roles: ['sre'] } }, true],
  ['a claim with a dot in its name', 'https://x.example/roles', { 'https://x.example/roles': ['sre'] }, true],
  ['no role that is granted anything', 'roles', { roles: ['sre2', 7, null] }, false],
  ['another shape', 'roles', { roles: { sre: true } }, false],
  ['what only objects have by nature', 'constructor.name', {}, false],
])('Roles may be %s.', async (_what, rolesClaim, more, isReader) => {
  const own = await startTokenGateway([issuer], { rolesClaim });
  const token = await issuer.token('a', { exp: own.seconds() + 60, ...more });
  const response = await own.gateway.post({ query: '{ __schema { queryType { name } } }' }, { authorization: `Bearer ${token}` });
  expect(response.json.data?.__schema?.queryType?.name).toBe(isReader ? 'Query' : undefined);
  await own.gateway.close();
});

test('A grant for one issuer gives the same subject and the same role of another issuer nothing.', async () => {
  const other = new Issuer('https://partner.example');
  await other.addKey('a', 'ES256');
  const grants = [
    { who: 'sub:alice', issuer: issuer.url, actions: ['introspect'], sources: ['*'] },
    { who: 'role:sre', issuer: issuer.url, actions: ['introspect'], sources: ['*'] },
  ] as const;
  const own = await startTokenGateway([issuer, other], { grants });
  const introspects = async (from: Issuer, claims: object) => {
    const authorization = `Bearer ${await from.token('a', { exp: own.seconds() + 60, ...claims })}`;
    return (await own.gateway.post({ query: '{ __schema { __typename } }' }, { authorization })).json.errors === undefined;
  };
  for (const claims of [{ sub: 'alice' }, { sub: 'bob', roles: ['sre'] }])
    expect([await introspects(issuer, claims), await introspects(other, claims)]).toEqual([true, false]);
  await own.gateway.close();
});
