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
    steady: () => now,
    random: () => 0.5,
  });
});

test('a thousand calls that wait get one token from one log-in', async () => {
  const values = await Promise.all(Array.from({ length: 1_000 }, () => tokens.get(new AbortController().signal)));
  expect(new Set(values)).toEqual(new Set(['token-1']));
  expect(askCount).toBe(1);
});

test('a thousand calls that find it expired, or are all refused with it, get one token from one log-in', async () => {
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

test('it is renewed when 80 % of its life is over, and not before', async () => {
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
])('renewals are spread by a tenth: where chance is %d, it comes at %d of the life', async (chance, share) => {
  tokens = new TokenCache({
    acquire: () => Promise.resolve({ value: `token-${++askCount}`, lifeMs: hour, kind: 'login' }),
    defaultLifeMs: 1_000,
    timeoutMs: 60_000,
    steady: () => now,
    random: () => chance,
  });
  await tokens.get(never);
  now += share * hour - 1;
  expect(await tokens.get(never)).toBe('token-1');
  now += 2;
  expect(await tokens.get(never)).toBe('token-2');
});

test('a plane that does not say how long it lives gets the default', async () => {
  answer = () => Promise.resolve({ value: `token-${askCount}`, lifeMs: null, kind: 'login' });
  await tokens.get(never);
  now += 799;
  expect(await tokens.get(never)).toBe('token-1');
  now += 1;
  expect(await tokens.get(never)).toBe('token-2');
});

test('a token that the plane refused is used no more, and only that one', async () => {
  await tokens.get(never);
  tokens.invalidate('another one');
  expect(await tokens.get(never)).toBe('token-1');
  tokens.invalidate('token-1');
  expect(await tokens.get(never)).toBe('token-2');
});

test('an early renewal that fails costs nothing while the old token lives, and everything after', async () => {
  await tokens.get(never);
  answer = () => Promise.reject(new SourceProblemError('UNREACHABLE', 'The plane refused the connection.'));
  now += 0.9 * hour;
  expect(await tokens.get(never)).toBe('token-1');
  now += 0.1 * hour;
  await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'UNREACHABLE' } });
});

describe('after a refused log-in', () => {
  const refusal = new SourceProblemError('UNAUTHENTICATED', 'The plane refused the credentials.', { httpStatus: 401 });
  beforeEach(() => {
    answer = () => Promise.reject(refusal);
  });

  test('nothing is asked for 30 s, and callers are told how long that is', async () => {
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

  test('a renewal that was refused is not repeated either, and the old token serves as long as it lives', async () => {
    answer = () => Promise.resolve({ value: 'token', lifeMs: hour, kind: 'login' });
    await tokens.get(never);
    answer = () => Promise.reject(refusal);
    now += 0.9 * hour;
    expect(await tokens.get(never)).toBe('token');
    now += 1_000;
    expect(await tokens.get(never)).toBe('token');
    expect(askCount).toBe(2);
  });

  test('five refusals in a quarter of an hour are the most', async () => {
    const times: number[] = [];
    for (const begun = now; now - begun <= 15 * 60_000; now += 1_000) {
      const before = askCount;
      await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'UNAUTHENTICATED' } });
      if (askCount > before) times.push((now - begun) / 1_000);
    }
    expect(times).toEqual([0, 30, 60, 90, 120, 900]);
  });

  test('another kind of failure does not cool down', async () => {
    answer = () => Promise.reject(new SourceProblemError('TIMEOUT', 'The plane did not answer in time.'));
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
    expect(askCount).toBe(2);
  });
});

describe('a plane that gives tokens and refuses them', () => {
  test('gets one more log-in at once, and then one in 30 s', async () => {
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

  test('and forgets them after a while is asked again at once', async () => {
    tokens.invalidate(await tokens.get(never));
    await tokens.get(never);
    now += 30_000;
    tokens.invalidate('token-2');
    expect(await tokens.get(never)).toBe('token-3');
  });

  test('is asked again at once where the refused token was a renewed one', async () => {
    answer = () => Promise.resolve({ value: `token-${askCount}`, lifeMs: hour, kind: 'renewal' });
    tokens.invalidate(await tokens.get(never));
    tokens.invalidate(await tokens.get(never));
    expect(await tokens.get(never)).toBe('token-3');
  });
});

test('one caller that goes away leaves the log-in to the others', async () => {
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

test('a caller that has already gone away gets no token, and a log-in that all have left fails unheard', async () => {
  answer = () => Promise.reject(new SourceProblemError('UNREACHABLE', 'The plane refused the connection.'));
  await expect(tokens.get(AbortSignal.abort())).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
  // A rejection that nobody handles would fail this test.
  await new Promise((resolve) => setImmediate(resolve));
  expect(askCount).toBe(1);
});
