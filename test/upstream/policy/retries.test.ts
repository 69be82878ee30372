import { describe, expect, test } from '@jest/globals';

import { backoffMs } from '../../../src/upstream/retry.js';
import { Random } from '../../../src/sources/simulation/random.js';
import { type Behaviour, VirtualPlane } from './virtual-plane.js';

const at = (does: Behaviour['does'], headers: Readonly<Record<string, string>> = {}): Behaviour => ({ latencyMs: 10, does, headers });

const chance = (name: string): (() => number) => {
  const stream = Random.named(1, name);
  return () => stream.fraction();
};

describe('a read is attempted', () => {
  test.each<[string, Behaviour, number]>([
    ['three times after a 500', at(500), 3],
    ['three times after a 502', at(502), 3],
    ['three times after a 429', at(429), 3],
    ['three times after a refused connection', at({ code: 'ECONNREFUSED' }), 3],
    ['three times after a lost connection', at({ code: 'ECONNRESET' }), 3],
    ['once after a 404', at(404), 1],
    ['once after a 401', at(401), 1],
    ['once after a redirect', at(307), 1],
    ['once after a 501', at(501), 1],
    ['once after an invalid certificate', at({ code: 'CERT_HAS_EXPIRED' }), 1],
    ['once after something that is not HTTP', at({ code: 'HPE_INVALID_CONSTANT' }), 1],
  ])('%s', async (_, behaviour, attempts) => {
    const plane = new VirtualPlane({ behaves: () => behaviour });
    await plane.until(plane.ask());
    expect(plane.attempts).toHaveLength(attempts);
  });

  test('not again after a success', async () => {
    const plane = new VirtualPlane({ behaves: (attempt) => at(attempt === 0 ? 503 : 200) });
    expect((await plane.until(plane.ask())).answer?.status).toBe(200);
    expect(plane.attempts).toHaveLength(2);
  });
});

test.each<[string, Behaviour, number]>([
  ['with status 503', at(503), 1],
  ['with status 401', at(401), 1],
  ['that times out', at('silence'), 1],
  ['whose connection is lost', at({ code: 'ECONNRESET' }), 2],
])('a login %s is attempted no more often than allowed (%#)', async (_, behaviour, attempts) => {
  const plane = new VirtualPlane({ behaves: () => behaviour });
  await plane.until(plane.ask({ method: 'POST', body: '{}' }));
  expect(plane.attempts).toHaveLength(attempts);
});

describe('Retry-After', () => {
  const measureWait = async (value: (now: number) => string): Promise<number> => {
    const plane: VirtualPlane = new VirtualPlane({
      behaves: (attempt) => at(attempt === 0 ? 503 : 200, { 'retry-after': value(plane.scheduler.now + 10) }),
      random: () => 0.5,
    });
    await plane.until(plane.ask());
    const [first, second] = plane.attempts;
    return second === undefined ? Infinity : second.beganAt - (first?.endedAt ?? 0);
  };

  test('in seconds delays the retry', async () => {
    expect(await measureWait(() => '1')).toBe(1_000);
  });

  test('as a date delays the retry, by the clock of the gateway', async () => {
    expect(await measureWait((now) => new Date(Math.ceil(now / 1_000) * 1_000 + 2_000).toUTCString())).toBeGreaterThanOrEqual(2_000);
  });

  test('beyond the deadline fails at once', async () => {
    expect(await measureWait(() => '5')).toBe(Infinity);
    expect(await measureWait(() => '3600')).toBe(Infinity);
  });

  test.each(['banana', '-1', '0', 'Thu, 01 Jan 1970 00:00:00 GMT'])('%j is ignored', async (value) => {
    expect(await measureWait(() => value)).toBe(25);
  });
});

test('backoff has full jitter up to a bound that doubles, and is at most 2 s', () => {
  const random = chance('backoff');
  for (const [retry, cause, bound] of [
    [0, 'failed', 50],
    [1, 'failed', 100],
    [0, 'rate-limited', 1_000],
    [1, 'rate-limited', 2_000],
    [9, 'failed', 2_000],
  ] as const) {
    const waits = Array.from({ length: 10_000 }, () => backoffMs(retry, cause, random)).toSorted((a, b) => a - b);
    // Kolmogorov-Smirnov: the greatest distance from the even distribution; 1.63/sqrt(n) is passed by chance once in
    // 100.
    const distance = Math.max(...waits.map((wait, index) => Math.abs(wait / bound - index / waits.length)));
    expect(distance).toBeLessThan(1.63 / Math.sqrt(waits.length));
  }
});

describe('of 10,000 reads, one after the other', () => {
  const run = async (failureShare: number, reads = 10_000): Promise<{ success: number; hitsPerRead: number }> => {
    const random = chance(`share ${failureShare}`);
    const plane = new VirtualPlane({ behaves: () => ({ latencyMs: 1, does: random() < failureShare ? 500 : 200 }), random });
    let good = 0;
    const all = async (): Promise<void> => {
      for (let read = 0; read < reads; read++) if ((await plane.ask()).answer?.status === 200) good += 1;
    };
    await plane.until(all());
    return { success: good / reads, hitsPerRead: plane.attempts.length / reads };
  };

  test('while all fail, the plane gets one attempt each, and at most 1 % more', async () => {
    const { success, hitsPerRead } = await run(1);
    expect(success).toBe(0);
    expect(hitsPerRead).toBeLessThanOrEqual(1.01);
  });

  test('while 30 % fail, 97 % succeed, for at most 1.45 attempts each', async () => {
    const { success, hitsPerRead } = await run(0.3);
    expect(success).toBeGreaterThanOrEqual(0.97);
    expect(hitsPerRead).toBeLessThanOrEqual(1.45);
  });

  // One in a thousand fails three times in a row, so 99.9 % is what there can be; of 20,000 it is known to the nearest
  // tenth.
  test('and of 20,000, while 10 % fail, 99.9 % succeed, for at most 1.15 attempts each', async () => {
    const { success, hitsPerRead } = await run(0.1, 20_000);
    expect(Math.round(success * 1_000) / 10).toBeGreaterThanOrEqual(99.9);
    expect(hitsPerRead).toBeLessThanOrEqual(1.15);
  });
});
