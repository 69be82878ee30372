import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { Issuer } from './issuer.js';
import { startTokenGateway, type TokenGateway, type TokenSettings, trust } from './token-gateway.js';

const verify = jest.spyOn(crypto.subtle, 'verify');

let issuer: Issuer;
let world: TokenGateway;

const settings = (changed: Partial<TokenSettings> = {}): TokenSettings => trust([issuer], changed);

beforeEach(async () => {
  issuer = new Issuer();
  // Keys for elliptic curves are made in no time.
  await issuer.addKey('a', 'ES256');
  world = await startTokenGateway([issuer]);
  verify.mockClear();
});
afterEach(() => world.gateway.close());
afterAll(() => verify.mockRestore());

const tokenFor = (seconds: number, claims = {}): Promise<string> =>
  issuer.token('a', { exp: Math.floor(world.clock.now / 1000) + seconds, roles: ['sre'], ...claims });
const statusOf = async (token: string): Promise<number> =>
  (await world.gateway.post({ query: '{ taskSources { name } }' }, { authorization: `Bearer ${token}` })).status;
const introspects = async (token: string): Promise<boolean> => {
  const { json } = await world.gateway.post({ query: '{ __schema { __typename } }' }, { authorization: `Bearer ${token}` });
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
  const token = await tokenFor(60, { nbf: Math.floor(world.clock.now / 1000) });
  expect(await statusOf(token)).toBe(200);
  world.clock.now -= 31_000;
  expect(await statusOf(token)).toBe(401);
  world.clock.now += 31_000 + 89_000;
  expect(await statusOf(token)).toBe(200);
  world.clock.now += 1_000;
  expect(await statusOf(token)).toBe(401);
});

test('a token is not verified again when the keys are read again, as long as the issuer has the one that signed it', async () => {
  const token = await tokenFor(3_600);
  expect(await statusOf(token)).toBe(200);
  await issuer.addKey('b', 'ES256');
  await world.pass(60_000);
  expect(await statusOf(token)).toBe(200);
  expect([issuer.reads, verify.mock.calls.length]).toEqual([2, 1]);
  issuer.removeKey('a');
  await world.pass(60_000);
  expect(await statusOf(token)).toBe(401);
});

test('a token that was verified does not outlive the trust in its keys while the issuer is down', async () => {
  const token = await tokenFor(3_600);
  expect(await statusOf(token)).toBe(200);
  issuer.respond = () => Promise.reject(new Error('connect ECONNREFUSED'));
  for (let minute = 1; minute < 10; minute += 1) {
    await world.pass(60_000);
    expect(await statusOf(token)).toBe(200);
  }
  await world.pass(60_000);
  expect(await statusOf(token)).toBe(503);
});

test('new settings hold for tokens that were verified before: issuers, audience, roles and grants', async () => {
  const token = await tokenFor(3_600);
  expect(await introspects(token)).toBe(true);
  world.authenticator.replace(settings({ grants: [] }));
  expect(await introspects(token)).toBe(false);
  world.authenticator.replace(settings({ rolesClaim: 'groups' }));
  expect([await statusOf(token), await introspects(token)]).toEqual([200, false]);
  world.authenticator.replace(settings({ issuers: [{ issuer: issuer.url, audience: 'another', jwksUri: issuer.jwksUri }] }));
  expect(await statusOf(token)).toBe(401);
  world.authenticator.replace(settings({ issuers: [] }));
  expect(await statusOf(token)).toBe(401);
  world.authenticator.replace(settings());
  expect([await statusOf(token), await introspects(token)]).toEqual([200, true]);
});
