import { beforeEach, describe, expect, test } from '@jest/globals';

import { SourceProblemError } from '../../src/model/source-problem.js';
import { type IssuedToken, TokenCache } from '../../src/upstream/token-cache.js';

const hour = 3_600_000;
const never = new AbortController().signal;

let now = 0;
let askCount = 0;
let answer: (signal: AbortSignal) => Promise<IssuedToken>;
let tokens: TokenCache;

beforeEach(() => {
  now = 1_000_000;
  askCount = 0;
  answer = () => Promise.resolve({ value: `token-${askCount}`, lifeMs: hour, kind: 'login' });
  tokens = new TokenCache({
    acquire: (signal) => {
      askCount += 1;
      return answer(signal);
    },
    defaultLifeMs: 1_000,
    timeoutMs: 60_000,
    monotonic: () => now,
    random: () => 0.5,
  });
});

test('a thousand concurrent calls share one login', async () => {
  const values = await Promise.all(Array.from({ length: 1_000 }, () => tokens.get(new AbortController().signal)));
  expect(new Set(values)).toEqual(new Set(['token-1']));
  expect(askCount).toBe(1);
});

test('a thousand calls that find the token expired, or are refused with it, share one login', async () => {
  const storm = (): Promise<readonly string[]> =>
    Promise.all(Array.from({ length: 1_000 }, () => tokens.get(new AbortController().signal)));
  await tokens.get(never);
  now += hour;
  expect(new Set(await storm())).toEqual(new Set(['token-2']));
  for (let call = 0; call < 1_000; call++) tokens.invalidate('token-2');
  expect(new Set(await storm())).toEqual(new Set(['token-3']));
  // Refusals that come late are of the old one.
  for (let call = 0; call < 1_000; call++) tokens.invalidate('token-2');
  expect(await tokens.get(never)).toBe('token-3');
  expect(askCount).toBe(3);
});

test('a token is renewed after 80 % of its life, and not before', async () => {
  await tokens.get(never);
  now += 0.8 * hour - 1;
  expect(await tokens.get(never)).toBe('token-1');
  now += 1;
  expect(await tokens.get(never)).toBe('token-2');
  expect(askCount).toBe(2);
});

test.each([
  [0, 0.72],
  [1, 0.88],
])('renewals have a jitter of a tenth: with random %d it comes after %d of the life', async (chance, share) => {
  tokens = new TokenCache({
    acquire: () => Promise.resolve({ value: `token-${++askCount}`, lifeMs: hour, kind: 'login' }),
    defaultLifeMs: 1_000,
    timeoutMs: 60_000,
    monotonic: () => now,
    random: () => chance,
  });
  await tokens.get(never);
  now += share * hour - 1;
  expect(await tokens.get(never)).toBe('token-1');
  now += 2;
  expect(await tokens.get(never)).toBe('token-2');
});

test('a token without a reported life has the default life', async () => {
  answer = () => Promise.resolve({ value: `token-${askCount}`, lifeMs: null, kind: 'login' });
  await tokens.get(never);
  now += 799;
  expect(await tokens.get(never)).toBe('token-1');
  now += 1;
  expect(await tokens.get(never)).toBe('token-2');
});

test('a refused token is not used again, and no other token is discarded', async () => {
  await tokens.get(never);
  tokens.invalidate('another one');
  expect(await tokens.get(never)).toBe('token-1');
  tokens.invalidate('token-1');
  expect(await tokens.get(never)).toBe('token-2');
});

test('a failed early renewal is harmless until the old token expires, and an error after that', async () => {
  await tokens.get(never);
  answer = () => Promise.reject(new SourceProblemError('UNREACHABLE', 'The plane refused the connection.'));
  now += 0.9 * hour;
  expect(await tokens.get(never)).toBe('token-1');
  now += 0.1 * hour;
  await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'UNREACHABLE' } });
});

describe('after a refused login', () => {
  const refusal = new SourceProblemError('UNAUTHENTICATED', 'The plane refused the credentials.', { httpStatus: 401 });
  beforeEach(() => {
    answer = () => Promise.reject(refusal);
  });

  test('no login is sent for 30 s, and callers get the remaining time', async () => {
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: refusal.problem, retryAfterMs: 30_000 });
    now += 10_000;
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: refusal.problem, retryAfterMs: 20_000 });
    now += 19_999;
    await expect(tokens.get(never)).rejects.toMatchObject({ retryAfterMs: 1 });
    expect(askCount).toBe(1);
    now += 1;
    answer = () => Promise.resolve({ value: 'token', lifeMs: hour, kind: 'login' });
    expect(await tokens.get(never)).toBe('token');
    expect(askCount).toBe(2);
  });

  test('a refused renewal is not repeated either, and the old token is used until it expires', async () => {
    answer = () => Promise.resolve({ value: 'token', lifeMs: hour, kind: 'login' });
    await tokens.get(never);
    answer = () => Promise.reject(refusal);
    now += 0.9 * hour;
    expect(await tokens.get(never)).toBe('token');
    now += 1_000;
    expect(await tokens.get(never)).toBe('token');
    expect(askCount).toBe(2);
  });

  test('there are at most five refused logins in 15 minutes', async () => {
    const times: number[] = [];
    for (const begun = now; now - begun <= 15 * 60_000; now += 1_000) {
      const before = askCount;
      await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'UNAUTHENTICATED' } });
      if (askCount > before) times.push((now - begun) / 1_000);
    }
    expect(times).toEqual([0, 30, 60, 90, 120, 900]);
  });

  test('other failures do not delay the next login', async () => {
    answer = () => Promise.reject(new SourceProblemError('TIMEOUT', 'The plane did not answer in time.'));
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
    expect(askCount).toBe(2);
  });
});

describe('a plane that issues tokens and refuses them', () => {
  test('gets one more login at once, and then one in 30 s', async () => {
    const first = await tokens.get(never);
    tokens.invalidate(first);
    const second = await tokens.get(never);
    now += 1_000;
    tokens.invalidate(second);
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'UNAUTHENTICATED', httpStatus: 401 }, retryAfterMs: 29_000 });
    now += 29_000;
    expect(await tokens.get(never)).toBe('token-3');
    tokens.invalidate('token-3');
    await expect(tokens.get(never)).rejects.toMatchObject({ retryAfterMs: 30_000 });
    expect(askCount).toBe(3);
  });

  test('gets a new login at once if it accepted them for a while', async () => {
    tokens.invalidate(await tokens.get(never));
    await tokens.get(never);
    now += 30_000;
    tokens.invalidate('token-2');
    expect(await tokens.get(never)).toBe('token-3');
  });

  test('gets a new login at once if the refused token came from a renewal', async () => {
    answer = () => Promise.resolve({ value: `token-${askCount}`, lifeMs: hour, kind: 'renewal' });
    tokens.invalidate(await tokens.get(never));
    tokens.invalidate(await tokens.get(never));
    expect(await tokens.get(never)).toBe('token-3');
  });
});

test('a login continues for the other callers when one caller leaves', async () => {
  let resolve: (token: IssuedToken) => void = () => undefined;
  const promise = new Promise<IssuedToken>((settle) => {
    resolve = settle;
  });
  let logInSignal: AbortSignal | null = null;
  answer = (signal) => {
    logInSignal = signal;
    return promise;
  };
  const controller = new AbortController();
  const [leaving, staying] = [tokens.get(controller.signal), tokens.get(never)];
  controller.abort();
  await expect(leaving).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
  expect(logInSignal).toMatchObject({ aborted: false });
  resolve({ value: 'token', lifeMs: hour, kind: 'login' });
  expect(await staying).toBe('token');
  expect(askCount).toBe(1);
});

test('a caller whose signal has aborted gets no token, and a failed login without callers is not an unhandled rejection', async () => {
  answer = () => Promise.reject(new SourceProblemError('UNREACHABLE', 'The plane refused the connection.'));
  await expect(tokens.get(AbortSignal.abort())).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
  // A rejection that nobody handles would fail this test.
  await new Promise((resolve) => setImmediate(resolve));
  expect(askCount).toBe(1);
});
