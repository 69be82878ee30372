import { beforeEach, describe, expect, test } from '@jest/globals';

import { SourceProblemError } from '../../src/model/source-problem.js';
import { type IssuedToken, TokenCache } from '../../src/upstream/token-cache.js';

const hour = 3_600_000;
const never = new AbortController().signal;
const refusedToken = { httpStatus: 401, code: 'NO_ROLE', referenceToken: 'REF-1' };

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
  tokens.confirm('token-2');
  for (let call = 0; call < 1_000; call++) expect(tokens.reject('token-2', refusedToken)).toBeNull();
  expect(new Set(await storm())).toEqual(new Set(['token-3']));
  // Refusals that come late are of the old one.
  for (let call = 0; call < 1_000; call++) expect(tokens.reject('token-2', refusedToken)).toBeNull();
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
  tokens.confirm('token-1');
  tokens.reject('another one', refusedToken);
  expect(await tokens.get(never)).toBe('token-1');
  tokens.reject('token-1', refusedToken);
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
    expect(times).toEqual([0, 30, 90, 210, 435, 900]);
  });

  test('there are never more than five in any 15 minutes, however long it lasts', async () => {
    const times: number[] = [];
    for (const begun = now; now - begun <= 3 * hour; now += 5_000) {
      const before = askCount;
      await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'UNAUTHENTICATED' } });
      if (askCount > before) times.push((now - begun) / 1_000);
    }
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(8 * 60);
    for (const time of times) expect(times.filter((other) => other >= time && other < time + 900).length).toBeLessThanOrEqual(5);
  });

  test('one that may have been refused delays the next one by 30 s, however often', async () => {
    answer = () => Promise.reject(new SourceProblemError('HTTP_STATUS', 'Something in front of the plane.', { httpStatus: 403 }));
    for (let round = 1; round <= 20; round++) {
      const unclear = { problem: { kind: 'HTTP_STATUS', httpStatus: 403 }, retryAfterMs: 30_000, isRetryable: true };
      await expect(tokens.get(never)).rejects.toMatchObject(unclear);
      await expect(tokens.get(never)).rejects.toMatchObject(unclear);
      expect(askCount).toBe(round);
      now += 30_000;
    }
    answer = () => Promise.resolve({ value: 'token', lifeMs: hour, kind: 'login' });
    expect(await tokens.get(never)).toBe('token');
  });

  test('other failures do not delay the next login', async () => {
    answer = () => Promise.reject(new SourceProblemError('TIMEOUT', 'The plane did not answer in time.'));
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
    await expect(tokens.get(never)).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
    expect(askCount).toBe(2);
  });
});

describe('a plane that issues tokens and refuses them', () => {
  /** Logs in and is refused, if a login may be sent; the problem that callers get. */
  const callOnce = async (): Promise<SourceProblemError | 'final' | null> => {
    try {
      return tokens.reject(await tokens.get(never), refusedToken);
    } catch (error) {
      if (error instanceof SourceProblemError) return error;
      throw error;
    }
  };

  test('is not sent the credentials again for 30 s, and its code and reference are kept', async () => {
    const problem = {
      kind: 'UNAUTHENTICATED',
      message: expect.stringMatching(/^The log-in works, but the plane refuses every call with it: .* role.* Its code is NO_ROLE\.$/),
      httpStatus: 401,
      referenceToken: 'REF-1',
    };
    expect(await callOnce()).toMatchObject({ problem, retryAfterMs: 30_000 });
    now += 29_000;
    expect(await callOnce()).toMatchObject({ problem, retryAfterMs: 1_000 });
    expect(askCount).toBe(1);
    now += 1_000;
    expect(await callOnce()).toMatchObject({ problem, retryAfterMs: 60_000 });
    expect(askCount).toBe(2);
  });

  test('gets at most five logins in 15 minutes, although each of them succeeds', async () => {
    const times: number[] = [];
    for (const begun = now; now - begun < 2 * hour; now += 2_000) {
      const before = askCount;
      await callOnce();
      if (askCount > before) times.push((now - begun) / 1_000);
    }
    expect(times.slice(0, 5)).toEqual([0, 30, 90, 210, 436]);
    for (const time of times) expect(times.filter((other) => other >= time && other < time + 900).length).toBeLessThanOrEqual(5);
  });

  test('counts one refusal for all callers that were refused together', async () => {
    const token = await tokens.get(never);
    for (let caller = 0; caller < 100; caller++) expect(tokens.reject(token, refusedToken)).toMatchObject({ retryAfterMs: 30_000 });
    now += 30_000;
    expect(await tokens.get(never)).toBe('token-2');
  });

  test('gets logins as usual again after a call has succeeded', async () => {
    for (let refusals = 0; refusals < 4; refusals++) {
      await callOnce();
      now += 225_000;
    }
    const good = await tokens.get(never);
    tokens.confirm(good);
    now += 30_000;
    tokens.confirm(good);
    expect(tokens.reject(good, refusedToken)).toBeNull();
    expect(await tokens.get(never)).not.toBe(good);
  });

  test.each([
    ['accepted first', ['accept', 'refuse'], 5_000],
    ['refused first', ['refuse', 'accept'], 5_000],
    ['accepted first, and polled rarely', ['accept', 'refuse'], 60_000],
    ['refused first, and polled rarely', ['refuse', 'accept'], 60_000],
  ])('keeps its token for the calls that it accepts when it refuses it for others: %s', async (_, order, pollMs) => {
    const times: number[] = [];
    answer = () => {
      times.push((now - begun) / 1_000);
      return Promise.resolve({ value: `token-${askCount}`, lifeMs: hour, kind: 'login' });
    };
    const begun = now;
    for (; now - begun < hour / 2; now += pollMs) {
      // Both calls are sent together, and the refused one is sent again.
      const token = await tokens.get(never);
      for (const use of order) {
        if (use === 'accept') tokens.confirm(token);
        else if (tokens.reject(token, refusedToken) === null) tokens.reject(await tokens.get(never), refusedToken);
      }
    }
    // The first token was accepted for something, so the second one is requested at once.
    for (const time of times.slice(1)) expect(times.filter((other) => other >= time && other < time + 900).length).toBeLessThanOrEqual(5);
    for (const [index, time] of times.slice(2).entries()) expect(time - (times[index + 1] ?? 0)).toBeGreaterThanOrEqual(30);
    if (pollMs === 5_000) expect(times).toHaveLength(2);
  });

  test('gets a new login half a minute after it revoked a token that it had refused for some calls', async () => {
    tokens.confirm(await tokens.get(never));
    expect(tokens.reject('token-1', refusedToken)).toBeNull();
    expect(tokens.reject(await tokens.get(never), refusedToken)).toBe('final');
    tokens.confirm('token-2');
    now += 600_000;
    expect(tokens.reject('token-2', refusedToken)).toBe('final');
    now += 29_999;
    expect(tokens.reject('token-2', refusedToken)).toBe('final');
    now += 1;
    expect(tokens.reject('token-2', refusedToken)).toBeNull();
    expect(await tokens.get(never)).toBe('token-3');
  });

  test('is said to refuse every call only when a second new token is refused, after one that it had accepted', async () => {
    tokens.confirm(await tokens.get(never));
    expect(tokens.reject('token-1', refusedToken)).toBeNull();
    const times: number[] = [];
    for (const begun = now; now - begun < hour; now += 2_000) {
      const before = askCount;
      await callOnce();
      if (askCount > before) times.push((now - begun) / 1_000);
    }
    expect(times.slice(0, 4)).toEqual([0, 32, 92, 212]);
    for (const time of times) expect(times.filter((other) => other >= time && other < time + 900).length).toBeLessThanOrEqual(5);
    expect(await callOnce()).toMatchObject({ message: expect.stringContaining('every call') });
  });

  test('gets a new login at once if it accepted the token before', async () => {
    tokens.confirm(await tokens.get(never));
    expect(tokens.reject('token-1', refusedToken)).toBeNull();
    expect(await tokens.get(never)).toBe('token-2');
  });

  test('gets a new login at once if the last one was half a minute ago', async () => {
    await tokens.get(never);
    now += 30_000;
    expect(tokens.reject('token-1', refusedToken)).toBeNull();
    expect(await tokens.get(never)).toBe('token-2');
  });

  test('gets a new login at once if the refused token came from a renewal', async () => {
    answer = () => Promise.resolve({ value: `token-${askCount}`, lifeMs: hour, kind: 'renewal' });
    expect(tokens.reject(await tokens.get(never), refusedToken)).toBeNull();
    expect(tokens.reject(await tokens.get(never), refusedToken)).toBeNull();
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
