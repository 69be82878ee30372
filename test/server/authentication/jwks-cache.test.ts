import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { waitUntil } from '../../support/wait-until.js';
import { Issuer } from './issuer.js';
import { startTokenGateway, type TokenGateway } from './token-gateway.js';

let issuer: Issuer;
let untrusted: Issuer;
let world: TokenGateway;

beforeEach(async () => {
  [issuer, untrusted] = [new Issuer(), new Issuer()];
  // Keys for elliptic curves are made in no time.
  await Promise.all([issuer.addKey('a', 'ES256'), untrusted.addKey('a', 'ES256')]);
  world = await startTokenGateway([issuer]);
});
afterEach(() => world.gateway.close());

const down = () => Promise.reject(new Error('connect ECONNREFUSED'));
const statusOf = async (kid: string, from = issuer) =>
  (await world.send(await from.token(kid, { exp: Math.floor(world.clock.now / 1000) + 60 }))).status;

test('The keys are read once for all requests that wait, and from then on every minute in the background.', async () => {
  await world.pass(600_000);
  expect(issuer.reads).toBe(0);
  expect(await Promise.all([statusOf('a'), statusOf('a'), statusOf('a')])).toEqual([200, 200, 200]);
  await world.pass(59_000);
  expect(await statusOf('a')).toBe(200);
  expect(issuer.reads).toBe(1);
  for (let minute = 1; minute <= 3; minute += 1) {
    await world.pass(60_000);
    expect(issuer.reads).toBe(1 + minute);
  }
  world.authenticator.close();
  await world.pass(600_000);
  expect(issuer.reads).toBe(4);
});

test('A token of a known key does not wait while the keys are read in the background, however long that takes.', async () => {
  await statusOf('a');
  issuer.respond = () => new Promise(() => undefined);
  await world.pass(60_000);
  expect(await statusOf('a')).toBe(200);
  await world.pass(539_000);
  expect([await statusOf('a'), issuer.reads]).toEqual([200, 2]);
});

test('The pause between two reads begins when the first has ended.', async () => {
  const answers: (() => void)[] = [];
  issuer.respond = () => new Promise((_resolve, reject) => answers.push(() => reject(new Error('no answer within 5 s'))));
  const first = statusOf('a');
  await waitUntil(() => answers.length === 1);
  await world.pass(5_000);
  answers[0]?.();
  expect(await first).toBe(503);
  await world.pass(4_000);
  const response = await world.send(await issuer.token('a', { exp: world.seconds() + 60 }));
  expect([response.status, response.headers['retry-after'], issuer.reads]).toEqual([503, '1', 1]);
  await world.pass(1_000);
  const second = statusOf('a');
  await waitUntil(() => answers.length === 2);
  answers[1]?.();
  expect(await second).toBe(503);
});

test('A flood of unknown key ids costs one read in 30 s.', async () => {
  await statusOf('a');
  world.clock.now += 31_000;
  for (const kid of ['random-0', 'random-1', 'random-2']) await untrusted.addKey(kid, 'ES256');
  for (let n = 0; n < 60; n++) expect(await statusOf(`random-${n % 3}`, untrusted)).toBe(401);
  expect(issuer.reads).toBe(2);
  world.clock.now += 30_000;
  expect(await statusOf('random-0', untrusted)).toBe(401);
  expect(issuer.reads).toBe(3);
});

test('A key that was added right after the keys were read is found at once; the next one when 30 s are over.', async () => {
  await statusOf('a');
  await issuer.addKey('b', 'ES256');
  expect(await statusOf('b')).toBe(200);
  await issuer.addKey('c', 'ES256');
  expect(await statusOf('c')).toBe(401);
  world.clock.now += 30_000;
  expect(await statusOf('c')).toBe(200);
  expect(issuer.reads).toBe(3);
});

test('The first token that no key fits costs one read, not two.', async () => {
  expect(await statusOf('a', untrusted)).toBe(401);
  expect(issuer.reads).toBe(1);
});

test('A new key is found when a token has it; a key that is gone is refused when the keys are read again.', async () => {
  await statusOf('a');
  await issuer.addKey('b', 'ES256');
  expect(await statusOf('b')).toBe(200);
  const old = await issuer.token('a', { exp: world.seconds() + 3_600 });
  issuer.removeKey('a');
  expect((await world.send(old)).status).toBe(200);
  await world.pass(60_000);
  expect((await world.send(old)).status).toBe(401);
});

test('An issuer that is down: known keys stay valid for ten minutes, with one line; then it is 503, and no token is accepted.', async () => {
  expect(await statusOf('a')).toBe(200);
  issuer.respond = down;
  for (let minute = 1; minute < 10; minute += 1) {
    await world.pass(60_000);
    expect(await statusOf('a')).toBe(200);
  }
  expect(world.warnings).toEqual([
    {
      jwksUri: issuer.jwksUri.href,
      cause: 'connect ECONNREFUSED',
      causeCode: null,
      message: 'The keys of an issuer cannot be read. Those that are known stay valid for ten minutes.',
    },
  ]);
  await world.pass(60_000);
  expect(issuer.reads).toBe(11);
  for (const who of [issuer, untrusted]) {
    const response = await world.send(await who.token('a', { exp: world.seconds() + 60 }));
    expect(response.status).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(response.json.errors[0].extensions).toEqual({ code: 'OVERLOADED', retryAfterMs: 5_000 });
    expect(response.text).not.toMatch(/ECONNREFUSED|idp\.example/);
  }
  // It does not get another request for each of them.
  expect(issuer.reads).toBe(11);
  issuer.respond = () => Promise.resolve(issuer.document());
  await world.pass(5_000);
  expect(await statusOf('a')).toBe(200);
});

test('A key that an issuer may have added while it was down: 503, as that cannot be known; the cached keys stay valid.', async () => {
  await statusOf('a');
  issuer.respond = down;
  await issuer.addKey('b', 'ES256');
  world.clock.now += 31_000;
  expect(await statusOf('b')).toBe(503);
  expect(await statusOf('b')).toBe(503);
  expect(await statusOf('a')).toBe(200);
  expect(issuer.reads).toBe(2);
});

test.each([
  ['no JSON', '<html>'],
  ['no set of keys', '{"keys":"a"}'],
  ['null', 'null'],
])('A document that is %s replaces nothing, and lets nobody in.', async (_what, text) => {
  issuer.respond = () => Promise.resolve(text);
  expect(await statusOf('a')).toBe(503);
  issuer.respond = () => Promise.resolve(issuer.document());
  world.clock.now += 5_000;
  expect(await statusOf('a')).toBe(200);
});

test('An entry that is no key is ignored, with one line, and the others are used.', async () => {
  const { keys } = JSON.parse(issuer.document());
  const text = JSON.stringify({ keys: ['a', null, 7, [], {}, { kty: 7 }, ...keys] });
  issuer.respond = () => Promise.resolve(text);
  expect([await statusOf('a'), await statusOf('a', untrusted)]).toEqual([200, 401]);
  for (let minute = 1; minute <= 3; minute += 1) await world.pass(60_000);
  expect(world.warnings.filter(({ reason }) => reason === undefined)).toEqual([
    {
      jwksUri: issuer.jwksUri.href,
      ignored: 6,
      message: 'Of the keys of an issuer, some are ignored: they are no keys, or too many.',
    },
  ]);
});

test('Where the keys are to be forgotten, one that the issuer has removed is refused at once, and the others are read once for all.', async () => {
  await issuer.addKey('b', 'ES256');
  const [old, current] = await Promise.all(['a', 'b'].map((kid) => issuer.token(kid, { exp: world.seconds() + 60 })));
  expect([(await world.send(old ?? '')).status, (await world.send(current ?? '')).status]).toEqual([200, 200]);
  issuer.removeKey('a');
  expect(world.authenticator.forgetIssuerKeys()).toBe(true);
  expect([(await world.send(old ?? '')).status, (await world.send(current ?? '')).status]).toEqual([401, 200]);
  // One for the keys that were forgotten, one for the token that none of them fits.
  expect(issuer.reads).toBe(3);
});

test('What was on its way when the keys were forgotten is not used.', async () => {
  const answers: ((text: string) => void)[] = [];
  issuer.respond = () => new Promise((resolve) => answers.push(resolve));
  const waiting = statusOf('a');
  await waitUntil(() => answers.length === 1);
  const before = issuer.document();
  world.authenticator.forgetIssuerKeys();
  answers[0]?.(before);
  answers[1]?.('{"keys":[]}');
  expect(await waiting).toBe(401);
});

test('No token of an issuer without keys is accepted.', async () => {
  issuer.respond = () => Promise.resolve('{"keys":[]}');
  expect(await statusOf('a')).toBe(401);
});

test('A slow issuer delays only callers with its tokens.', async () => {
  await statusOf('a');
  world.clock.now += 31_000;
  const requested = new Promise<(text: string) => void>((resolve) => {
    issuer.respond = () => new Promise(resolve);
  });
  await issuer.addKey('b', 'ES256');
  const waiting = statusOf('b');
  const respond = await requested;
  expect(await statusOf('a')).toBe(200);
  respond(issuer.document());
  expect(await waiting).toBe(200);
});

describe.each<readonly [string, (name: string) => string | undefined]>([
  ['has no kid', () => undefined],
  ['has the kid of another key', () => 'shared'],
])('Where every key of an issuer %s,', (_what, kid) => {
  beforeEach(async () => {
    issuer.kid = kid;
    untrusted.kid = kid;
    await issuer.addKey('b', 'ES256');
  });

  test('each key that fits a token is tried.', async () => {
    expect([await statusOf('a'), await statusOf('b')]).toEqual([200, 200]);
    expect(issuer.reads).toBe(1);
    expect(await statusOf('a', untrusted)).toBe(401);
  });

  test('a key that was replaced is found by its first token.', async () => {
    issuer.removeKey('b');
    expect(await statusOf('a')).toBe(200);
    world.clock.now += 31_000;
    await issuer.addKey('c', 'ES256');
    issuer.removeKey('a');
    expect(await statusOf('c')).toBe(200);
    expect(issuer.reads).toBe(2);
  });

  test('a flood of forged tokens costs one read in 30 s.', async () => {
    await statusOf('a');
    world.clock.now += 31_000;
    for (let n = 0; n < 20; n++) expect(await statusOf('a', untrusted)).toBe(401);
    expect(issuer.reads).toBe(2);
  });
});

test('A token without kid is accepted from an issuer whose keys have kids.', async () => {
  await issuer.addKey('b', 'ES256');
  issuer.kid = (name) => `published-${name}`;
  await statusOf('a');
  issuer.kid = () => undefined;
  const token = await issuer.token('b', { exp: world.seconds() + 60 });
  expect((await world.send(token)).status).toBe(200);
});

test('A key that is too short, or malformed, does not keep another one that fits from being tried.', async () => {
  issuer.kid = () => undefined;
  await Promise.all([issuer.addKey('a', 'RS256'), untrusted.addKey('a', 'RS256')]);
  const { keys } = JSON.parse(issuer.document());
  const unusable = [
    { ...keys[0], n: keys[0].n.slice(0, 170) },
    { ...keys[0], n: 7 },
  ];
  issuer.respond = () => Promise.resolve(JSON.stringify({ keys: [...unusable, ...keys] }));
  expect([await statusOf('a'), await statusOf('a', untrusted)]).toEqual([200, 401]);
});

test('At most 16 keys are tried for one token.', async () => {
  issuer.kid = () => undefined;
  for (let n = 0; n < 16; n += 1) await untrusted.addKey(String(n), 'ES256');
  const [own, others] = [JSON.parse(issuer.document()).keys[0], JSON.parse(untrusted.document()).keys.slice(1)];
  const answerWith = async (count: number) => {
    issuer.respond = () => Promise.resolve(JSON.stringify({ keys: [...others.slice(0, count), own] }));
    await statusOf('a');
    await world.pass(60_000);
    return statusOf('a');
  };
  expect([await answerWith(15), await answerWith(16)]).toEqual([200, 401]);
  expect(world.warnings).toMatchObject([{ reason: 'TOO_MANY_KEYS', issuer: issuer.url }]);
});

test('A token that no key fits, while the issuer is down: 503, as that cannot be known.', async () => {
  issuer.kid = () => undefined;
  await statusOf('a');
  issuer.respond = down;
  world.clock.now += 31_000;
  expect([await statusOf('a', untrusted), await statusOf('a')]).toEqual([503, 200]);
  expect(world.warnings.slice(1)).toMatchObject([{ reason: 'ISSUER_UNREACHABLE', issuer: issuer.url, cause: 'connect ECONNREFUSED' }]);
});
