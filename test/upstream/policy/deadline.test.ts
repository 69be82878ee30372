import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Behaviour, VirtualPlane } from './virtual-plane.js';

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  latencyMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 12_000 })),
  does: fc.oneof(
    fc.constantFrom<Behaviour['does']>(200, 404, 408, 429, 500, 502, 503, 504, 'silence'),
    fc.constantFrom('ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_SOCKET').map((code) => ({ code })),
  ),
  headers: fc.oneof(
    fc.constant({}),
    fc.constantFrom('0', '1', '3', '4', '5', '3600', 'banana', '-1').map((value) => ({ 'retry-after': value })),
  ),
});

test('whatever a plane does, a read ends by its deadline, after at most three attempts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(behaviour, { minLength: 3, maxLength: 3 }),
      fc.constantFrom(400, 1_000, 5_000, 30_000),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 }),
      async (behaviours, totalMs, chances) => {
        let draws = 0;
        const plane = new VirtualPlane({
          behaves: (attempt) => behaviours[attempt] ?? { latencyMs: 0, does: 500 },
          random: () => chances[draws++ % chances.length] ?? 0,
          totalMs,
        });
        const begun = plane.scheduler.now;
        const { endedAt } = await plane.until(plane.ask());
        expect(endedAt - begun).toBeLessThanOrEqual(totalMs);
        expect(plane.attempts.length).toBeLessThanOrEqual(3);
        for (const [index, attempt] of plane.attempts.entries()) {
          const leftMs = begun + totalMs - attempt.beganAt;
          expect(leftMs).toBeGreaterThanOrEqual(100);
          const tookMs = (attempt.endedAt ?? Infinity) - attempt.beganAt;
          const longest = index === 2 ? Infinity : Math.max(3_000, 0.6 * totalMs);
          expect(tookMs).toBeLessThanOrEqual(Math.min(longest, leftMs - 50));
          // None is begun beside another one, to have the faster answer of two.
          expect(attempt.beganAt).toBeGreaterThanOrEqual(plane.attempts[index - 1]?.endedAt ?? begun);
        }
        expect(plane.scheduler.count).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});

test('a silent plane gets an attempt of 3 s, and another one for the rest of the 5 s', async () => {
  const plane = new VirtualPlane({ behaves: () => ({ latencyMs: 0, does: 'silence' }), random: () => 0 });
  const begun = plane.scheduler.now;
  const { error } = await plane.until(plane.ask());
  expect(error).toMatchObject({ problem: { kind: 'TIMEOUT' } });
  expect(plane.attempts.map(({ beganAt, endedAt }) => [beganAt - begun, (endedAt ?? 0) - begun])).toEqual([
    [0, 3_000],
    [3_000, 4_950],
  ]);
});

test('all calls of one read share its deadline', async () => {
  const plane = new VirtualPlane({ behaves: () => ({ latencyMs: 2_000, does: 200 }) });
  const { signal } = new AbortController();
  const walk = async (): Promise<readonly unknown[]> => {
    const outcomes: unknown[] = [];
    for (let page = 0; page < 4; page++) outcomes.push((await plane.ask({ signal }, `/tasks/${page}`)).error);
    return outcomes;
  };
  const begun = plane.scheduler.now;
  const timeout = expect.objectContaining({ problem: expect.objectContaining({ kind: 'TIMEOUT' }) });
  expect(await plane.until(walk())).toEqual([null, null, timeout, timeout]);
  expect(plane.scheduler.now - begun).toBeLessThanOrEqual(5_000);
});

test('time in the queue counts: no attempt starts with less than 100 ms left, and every read ends by its deadline', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 9 }),
      fc.constantFrom(450, 550, 800, 5_000),
      fc.integer({ min: 17, max: 80 }),
      async (latencies, totalMs, count) => {
        const plane = new VirtualPlane({
          behaves: (attempt) => ({ latencyMs: latencies[attempt % latencies.length] ?? 0, does: attempt % 3 === 0 ? 503 : 200 }),
          totalMs,
        });
        const begun = plane.scheduler.now;
        const outcomes = await plane.until(Promise.all(Array.from({ length: count }, (_, one) => plane.ask({}, `/tasks/${one}`))));
        expect(Math.max(...outcomes.map(({ endedAt }) => endedAt - begun))).toBeLessThanOrEqual(totalMs);
        expect(Math.max(...plane.attempts.map(({ beganAt }) => beganAt - begun))).toBeLessThanOrEqual(totalMs - 100);
        expect(plane.scheduler.count).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
