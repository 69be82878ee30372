import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { Issuer } from './issuer.js';
import { startTokenGateway, type TokenGateway } from './token-gateway.js';

let issuer: Issuer;
let untrusted: Issuer;
let world: TokenGateway;

beforeAll(async () => {
  [issuer, untrusted] = await Promise.all([Issuer.create('a'), Issuer.create('a', 'b')]);
  world = await startTokenGateway([issuer]);
});
afterAll(() => world.gateway.close());
beforeEach(() => {
  world.clock.now += 61_000;
  world.warnings.length = 0;
});

const claims = (more: Readonly<Record<string, unknown>> = {}) => ({ exp: world.seconds() + 60, sub: 'alice@example.org', ...more });
const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const header = '{"alg":"RS256","kid":"a"}';

test.each<readonly [string, () => Promise<string> | string, () => Readonly<Record<string, unknown>>]>([
  ['AUDIENCE', () => issuer.token('a', claims({ aud: ['account'] })), () => ({ expected: 'tributary', audiences: ['account'] })],
  ['EXPIRED', () => issuer.token('a', claims({ exp: world.seconds() - 90 })), () => ({ expiredAt: at(world.seconds() - 90) })],
  ['NOT_YET_VALID', () => issuer.token('a', claims({ nbf: world.seconds() + 50 })), () => ({ validFrom: at(world.seconds() + 50) })],
  ['SIGNATURE', () => untrusted.token('a', claims()), () => ({ kid: 'a' })],
  ['UNKNOWN_KEY', () => untrusted.token('b', claims()), () => ({ kid: 'b', algorithm: 'RS256' })],
  ['ALGORITHM', () => issuer.signed('a', '{"alg":"HS256","kid":"a"}', JSON.stringify({ iss: issuer.url })), () => ({ algorithm: 'HS256' })],
  ['MISSING_CLAIM', () => issuer.token('a', claims({ sub: undefined })), () => ({ claim: 'sub' })],
  ['MISSING_CLAIM', () => issuer.token('a', claims({ aud: undefined })), () => ({ claim: 'aud' })],
  ['INVALID_CLAIM', () => issuer.token('a', claims({ sub: '' })), () => ({ claim: 'sub' })],
  ['INVALID_CLAIM', () => issuer.token('a', claims({ exp: 'soon' })), () => ({ claim: 'exp' })],
  ['EXTENSION', () => issuer.signed('a', '{"alg":"RS256","kid":"a","crit":["x"],"x":1}', JSON.stringify({ iss: issuer.url })), () => ({})],
])('A token that is refused by %s leaves a line with the issuer and what helps.', async (reason, make, details) => {
  const token = await make();
  expect((await world.send(token)).status).toBe(401);
  expect(world.warnings).toEqual([
    { reason, issuer: issuer.url, ...details(), message: expect.stringMatching(/^A credential was refused: .{20,}\.$/) },
  ]);
  expect(JSON.stringify(world.warnings)).not.toMatch(/alice|example\.org|eyJ/);
});

test.each<readonly [string, () => Promise<string> | string, Readonly<Record<string, unknown>>]>([
  ['UNKNOWN_ISSUER', () => issuer.token('a', claims({ iss: 'https://idp.example/' })), { tokenIssuer: 'https://idp.example/' }],
  ['UNKNOWN_ISSUER', () => issuer.token('a', claims({ iss: undefined })), { tokenIssuer: 'none' }],
  ['NOT_A_TOKEN', () => 'abc', {}],
  ['NOT_A_TOKEN', () => issuer.signed('a', header, '{'), {}],
  ['DUPLICATE_NAME', () => issuer.signed('a', header, '{"iss":"a","iss":"b"}'), {}],
  ['TOO_LONG', () => issuer.token('a', claims({ pad: 'x'.repeat(7_000) })), {}],
])('A token that is refused by %s before its issuer is known leaves a line.', async (reason, make, details) => {
  expect((await world.send(await make())).status).toBe(401);
  expect(world.warnings).toEqual([{ reason, ...details, message: expect.any(String) }]);
});

test('A line is written once a minute for each reason, and counts the others.', async () => {
  const expired = await issuer.token('a', claims({ exp: world.seconds() - 90 }));
  for (let n = 0; n < 5; n++) await world.send(expired);
  await world.send('abc');
  world.clock.now += 60_000;
  await world.send(expired);
  expect(world.warnings.map(({ reason, suppressed }) => [reason, suppressed])).toEqual([
    ['EXPIRED', undefined],
    ['NOT_A_TOKEN', undefined],
    ['EXPIRED', 4],
  ]);
});

test('A credential in a URL, and a header that is no bearer token, leave a line; a request without any credential leaves none.', async () => {
  const query = encodeURIComponent('{ __typename }');
  const headers = { 'apollo-require-preflight': '1' };
  await world.gateway.send({ method: 'GET', path: `/graphql?query=${query}`, headers });
  await world.gateway.send({ method: 'GET', path: `/graphql?query=${query}&access_token=secret`, headers });
  await world.gateway.send({ method: 'GET', path: `/graphql?query=${query}`, headers: { ...headers, authorization: 'Basic secret' } });
  expect(world.warnings.map(({ reason }) => reason)).toEqual(['IN_URL', 'NOT_BEARER']);
  expect(JSON.stringify(world.warnings)).not.toContain('secret');
});
