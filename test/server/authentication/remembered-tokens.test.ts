import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { buildSchema } from '../../../src/graphql/build-schema.js';
import { Authenticator } from '../../../src/server/authentication/authenticator.js';
import type { AuthenticationSettings } from '../../../src/server/authentication/authentication-settings.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { BareGateway } from '../bare-gateway.js';
import { Issuer } from './issuer.js';

const schema = buildSchema(sourceModules);
const verify = jest.spyOn(crypto.subtle, 'verify');

let issuer: Issuer;
let clock: { now: number };
let authenticator: Authenticator;
let gateway: BareGateway;

type Tokens = Extract<AuthenticationSettings, { mode: 'jwt' }>;
const settings = (changed: Partial<Tokens> = {}): Tokens => ({
  mode: 'jwt',
  issuers: [{ issuer: issuer.url, audience: 'tributary', jwksUri: issuer.jwksUri }],
  rolesClaim: 'roles',
  grants: [{ who: 'role:sre', actions: ['introspect'], sources: ['*'] }],
  ...changed,
});

beforeEach(async () => {
  issuer = new Issuer();
  // Keys for elliptic curves are made in no time.
  await issuer.addKey('a', 'ES256');
  clock = { now: Date.UTC(2026, 10, 21, 8) };
  authenticator = new Authenticator({
    access: settings(),
    trustedProxies: [],
    fetchPublicDocument: issuer.fetchPublicDocument,
    now: () => clock.now,
  });
  gateway = await BareGateway.start(schema, { authenticator, introspection: false });
  verify.mockClear();
});
afterEach(() => gateway.close());
afterAll(() => verify.mockRestore());

const tokenFor = (seconds: number, claims = {}): Promise<string> =>
  issuer.token('a', { exp: Math.floor(clock.now / 1000) + seconds, roles: ['sre'], ...claims });
const statusOf = async (token: string): Promise<number> =>
  (await gateway.post({ query: '{ taskSources { name } }' }, { authorization: `Bearer ${token}` })).status;
const introspects = async (token: string): Promise<boolean> => {
  const { json } = await gateway.post({ query: '{ __schema { __typename } }' }, { authorization: `Bearer ${token}` });
  return json.errors === undefined;
};

test('the signature of a token is verified once, and that of another token again', async () => {
  const token = await tokenFor(60);
  for (let count = 0; count < 3; count += 1) expect(await statusOf(token)).toBe(200);
  expect(verify).toHaveBeenCalledTimes(1);
  expect(await statusOf(await tokenFor(60, { sub: 'bob' }))).toBe(200);
  expect(verify).toHaveBeenCalledTimes(2);
  const altered = `${token.slice(0, -8)}AAAAAAAA`;
  expect([await statusOf(altered), await statusOf(altered), await statusOf(token)]).toEqual([401, 401, 200]);
});

test('a token that was verified ends when it expires, and is not valid before its time, to which the clock was set back', async () => {
  const token = await tokenFor(60, { nbf: Math.floor(clock.now / 1000) });
  expect(await statusOf(token)).toBe(200);
  clock.now -= 31_000;
  expect(await statusOf(token)).toBe(401);
  clock.now += 31_000 + 89_000;
  expect(await statusOf(token)).toBe(200);
  clock.now += 1_000;
  expect(await statusOf(token)).toBe(401);
});

test('a token that was verified is verified again with the keys that the issuer has ten minutes later', async () => {
  const token = await tokenFor(3_600);
  expect(await statusOf(token)).toBe(200);
  clock.now += 600_000;
  expect(await statusOf(token)).toBe(200);
  expect([issuer.reads, verify.mock.calls.length]).toEqual([2, 2]);
  issuer.removeKey('a');
  await issuer.addKey('b', 'ES256');
  clock.now += 600_000;
  expect(await statusOf(token)).toBe(401);
});

test('a token that was verified does not outlive the trust in its keys while the issuer is down', async () => {
  const token = await tokenFor(3_600);
  expect(await statusOf(token)).toBe(200);
  issuer.respond = () => Promise.reject(new Error('connect ECONNREFUSED'));
  clock.now += 599_000;
  expect(await statusOf(token)).toBe(200);
  clock.now += 1_000;
  expect(await statusOf(token)).toBe(503);
});

test('new settings hold for tokens that were verified before: issuers, audience, roles and grants', async () => {
  const token = await tokenFor(3_600);
  expect(await introspects(token)).toBe(true);
  authenticator.replace(settings({ grants: [] }));
  expect(await introspects(token)).toBe(false);
  authenticator.replace(settings({ rolesClaim: 'groups' }));
  expect([await statusOf(token), await introspects(token)]).toEqual([200, false]);
  authenticator.replace(settings({ issuers: [{ issuer: issuer.url, audience: 'another', jwksUri: issuer.jwksUri }] }));
  expect(await statusOf(token)).toBe(401);
  authenticator.replace(settings({ issuers: [] }));
  expect(await statusOf(token)).toBe(401);
  authenticator.replace(settings());
  expect([await statusOf(token), await introspects(token)]).toEqual([200, true]);
});
