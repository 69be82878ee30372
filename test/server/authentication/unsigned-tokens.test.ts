import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { waitUntil } from '../../support/wait-until.js';
import type { RawResponse } from '../bare-gateway.js';
import { Issuer } from './issuer.js';
import { startTokenGateway, type TokenGateway } from './token-gateway.js';

let trusted: Issuer;
let hanging: Issuer;
let forger: Issuer;
let world: TokenGateway;

beforeEach(async () => {
  [trusted, hanging, forger] = [new Issuer(), new Issuer('https://hanging.example'), new Issuer('https://hanging.example')];
  // Keys for elliptic curves are made in no time.
  await Promise.all([trusted.addKey('a', 'ES256'), hanging.addKey('h', 'ES256'), forger.addKey('x', 'ES256')]);
  // Fewer operations than unsigned tokens: each of them that counted as under way would be in the way of a caller.
  world = await startTokenGateway([trusted, hanging], {}, { overload: { operations: 24 } });
});
afterEach(() => world.gateway.close());

const good = () => trusted.token('a', { exp: world.seconds() + 600 });
const forged = (count: number, claims: object = {}) =>
  Promise.all(Array.from({ length: count }, (_, n) => forger.token('x', { exp: world.seconds() + 600, sub: `unsigned-${n}`, ...claims })));

/** Lets an issuer hang; its requests fail when the returned function is called. */
function hang(issuer: Issuer): () => void {
  const ends: (() => void)[] = [];
  issuer.respond = () => new Promise((_resolve, reject) => ends.push(() => reject(new Error('no answer within 5 s'))));
  return () => {
    for (const end of ends.splice(0)) end();
  };
}

/** What becomes of a token without the rest of a request, so that a hundred of them take no time. */
const present = (token: string, address: string): Promise<unknown> =>
  world.authenticator
    .authenticate({
      authorization: `Bearer ${token}`,
      url: '/graphql',
      remoteAddress: '127.0.0.1',
      forwardedFor: address,
      sourceTokens: new Map(),
    })
    .then(
      () => 'accepted',
      (error: { readonly code: string }) => error.code,
    );

test('Of tokens of an issuer that hangs 16 wait and the others are refused at once, and callers of another issuer notice nothing.', async () => {
  const token = await good();
  expect((await world.send(token)).status).toBe(200);
  const end = hang(hanging);
  const responses: RawResponse[] = [];
  const waiting = (await forged(40)).map((one) => world.send(one).then((response) => responses.push(response)));
  await waitUntil(() => responses.length === 24, 'an answer to those that may not wait');
  for (const { status, headers, json } of responses) {
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(json.errors[0].extensions).toEqual({ code: 'OVERLOADED', retryAfterMs: 1_000 });
  }
  // One that was verified before, and one that was not.
  for (const own of [token, await good()]) expect((await world.send(own)).status).toBe(200);
  expect(hanging.reads).toBe(1);
  end();
  await Promise.all(waiting);
  expect(responses.map(({ status }) => status)).toEqual(Array(40).fill(503));
  // Until the pause is over, nobody waits at all.
  expect(await Promise.all((await forged(20)).map(async (one) => (await world.send(one)).status))).toEqual(Array(20).fill(503));
  expect(hanging.reads).toBe(1);
});

test('While keys are read for tokens that none of the known ones fits, tokens of known keys do not wait.', async () => {
  const own = async () => (await world.send(await hanging.token('h', { exp: world.seconds() + 600 }))).status;
  expect(await own()).toBe(200);
  const end = hang(hanging);
  const statuses: number[] = [];
  const waiting = (await forged(40)).map((one) => world.send(one).then(({ status }) => statuses.push(status)));
  await waitUntil(() => statuses.length === 24, 'an answer to those that may not wait');
  expect([await own(), hanging.reads]).toEqual([200, 2]);
  end();
  await Promise.all(waiting);
  expect(statuses).toEqual(Array(40).fill(503));
});

test('After 100 tokens in a minute that no issuer signed, no token from that address is checked until the minute is over.', async () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const status = async (token: string, address: string) => (await world.send(token, from(address))).status;
  const known = await good();
  expect(await status(known, '192.0.2.1')).toBe(200);
  const [unsigned = ''] = await forged(1, { iss: trusted.url });
  for (let n = 0; n < 99; n += 1) expect(await present(unsigned, '192.0.2.1')).toBe('UNAUTHENTICATED');
  const fresh = await trusted.token('a', { exp: world.seconds() + 600, sub: 'bob' });
  expect(await status(fresh, '192.0.2.1')).toBe(200);
  await world.pass(20_000);
  expect(await status('no token', '192.0.2.1')).toBe(401);
  expect(await status(unsigned, '192.0.2.1')).toBe(401);
  const another = await trusted.token('a', { exp: world.seconds() + 600, sub: 'carol' });
  const refused = await world.send(another, from('192.0.2.1'));
  expect([refused.status, refused.headers['retry-after'], refused.json]).toEqual([
    429,
    '40',
    { errors: [{ message: 'Too many wrong tokens came from this address.', extensions: { code: 'RATE_LIMITED', retryAfterMs: 40_000 } }] },
  ]);
  // Tokens that were verified before cost nothing, and neighbours are not concerned.
  expect([await status(known, '192.0.2.1'), await status(another, '192.0.2.2')]).toEqual([200, 200]);
  await world.pass(40_000);
  expect(await status(await trusted.token('a', { exp: world.seconds() + 600, sub: 'dave' }), '192.0.2.1')).toBe(200);
  expect(world.warnings.map(({ reason }) => reason)).toContain('TOO_MANY_WRONG_TOKENS');
});

test('Tokens that an issuer signed and that are not valid, and those that cannot be checked, count for nothing.', async () => {
  const expired = await trusted.token('a', { exp: world.seconds() - 100 });
  for (let n = 0; n < 101; n += 1) expect(await present(expired, '192.0.2.1')).toBe('UNAUTHENTICATED');
  hanging.respond = () => Promise.reject(new Error('connect ECONNREFUSED'));
  const [unchecked = ''] = await forged(1);
  for (let n = 0; n < 101; n += 1) expect(await present(unchecked, '192.0.2.1')).toBe('OVERLOADED');
  expect(await present(await good(), '192.0.2.1')).toBe('accepted');
});

test('A clock that is set back by an hour makes no pause longer, and no key of an issuer that is down valid for longer.', async () => {
  const [unsigned = ''] = await forged(1, { iss: trusted.url });
  for (let n = 0; n < 100; n += 1) expect(await present(unsigned, '127.0.0.1')).toBe('UNAUTHENTICATED');
  const other = await trusted.token('a', { exp: world.seconds() + 36_000 });
  expect((await world.send(other)).status).toBe(429);
  world.wallClock.aheadMs = -3_600_000;
  await world.pass(60_000);
  expect((await world.send(other)).status).toBe(200);
  trusted.respond = () => Promise.reject(new Error('connect ECONNREFUSED'));
  for (let minute = 1; minute < 10; minute += 1) await world.pass(60_000);
  expect((await world.send(other)).status).toBe(200);
  await world.pass(60_000);
  expect((await world.send(other)).status).toBe(503);
});
