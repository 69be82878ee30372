import { expect, test } from '@jest/globals';

import { Random } from '../../../src/sources/simulation/random.js';
import { type Behaviour, VirtualPlane } from './virtual-plane.js';

const everyMs = 400;
const outageMs = 60_000;
const seeds = Array.from({ length: 50 }, (_, index) => index + 1);

const well: Behaviour = { latencyMs: 20, does: 200 };
/** What an outage looks like differs from one to the next. */
const outages: readonly Behaviour[] = [
  { latencyMs: 5, does: 503 },
  { latencyMs: 1, does: { code: 'ECONNREFUSED' } },
  { latencyMs: 0, does: 'silence' },
  { latencyMs: 30, does: { code: 'ECONNRESET' } },
];

interface Recovery {
  /** Milliseconds that the breaker meant to be open for when the plane came back. */
  readonly windowMs: number;
  /** Milliseconds from the return to the first good answer. */
  readonly firstGoodMs: number;
  /** Milliseconds from the first good answer to the last bad one. */
  readonly badAfterMs: number;
  /** Attempts at a time from the return until the breaker closed. */
  readonly probesAtOnce: number;
  /** Attempts of the first five seconds after that. */
  readonly attempts: number;
}

/** Reads every 400 ms of a plane that is down for a minute. */
async function recover(seed: number): Promise<Recovery> {
  const chance = Random.named(seed, 'recovery');
  let behaviour = well;
  const plane = new VirtualPlane({ behaves: () => behaviour, random: () => chance.fraction(), breaker: 'real' });
  const { scheduler, breaker, attempts } = plane;
  const outcomes: { readonly isGood: boolean; readonly endedAt: number }[] = [];
  let closedAt = Infinity;
  const read = (): void => {
    const path = `/tasks/${outcomes.length}-${scheduler.now}`;
    void plane.ask({}, path).then(({ answer, endedAt }) => {
      outcomes.push({ isGood: answer?.status === 200, endedAt });
      if (behaviour === well && breaker.state === 'CLOSED') closedAt = Math.min(closedAt, endedAt);
    });
  };
  const run = async (ms: number): Promise<void> => {
    for (let at = chance.fraction() * everyMs; at < ms; at += everyMs) scheduler.after(at, read);
    await plane.pass(scheduler.now + ms);
  };

  await run(5_000);
  behaviour = outages[seed % outages.length] ?? well;
  await run(outageMs);
  behaviour = well;
  closedAt = Infinity;
  const returnedAt = scheduler.now;
  const windowMs = breaker.openForMs;
  await run(windowMs + 20_000);

  const since = outcomes.filter(({ endedAt }) => endedAt >= returnedAt);
  const firstGoodAt = Math.min(...since.filter(({ isGood }) => isGood).map(({ endedAt }) => endedAt));
  const lastBadAt = Math.max(firstGoodAt, ...since.filter(({ isGood }) => !isGood).map(({ endedAt }) => endedAt));
  const begun = attempts.filter(({ beganAt }) => beganAt >= returnedAt);
  const probes = begun.filter(({ beganAt }) => beganAt < closedAt);
  return {
    windowMs,
    firstGoodMs: firstGoodAt - returnedAt,
    badAfterMs: lastBadAt - firstGoodAt,
    probesAtOnce: Math.max(
      ...probes.map((one) => probes.filter((other) => other.beganAt <= one.beganAt && (other.endedAt ?? Infinity) > one.beganAt).length),
    ),
    attempts: begun.filter(({ beganAt }) => beganAt >= closedAt && beganAt < closedAt + 5_000).length,
  };
}

test('after an outage of a minute, the first probe finds the plane again, all reads succeed at once, and the plane is not flooded: 50 times', async () => {
  const steady = 5_000 / everyMs;
  for (const seed of seeds) {
    const { windowMs, firstGoodMs, badAfterMs, probesAtOnce, attempts } = await recover(seed);
    expect(windowMs).toBeLessThanOrEqual(60_000);
    expect({ seed, isFound: firstGoodMs <= windowMs + 1_000 }).toEqual({ seed, isFound: true });
    expect({ seed, isWhole: badAfterMs <= 10_000 }).toEqual({ seed, isWhole: true });
    expect({ seed, probesAtOnce }).toEqual({ seed, probesAtOnce: 1 });
    expect(attempts).toBeGreaterThan(steady / 2);
    expect(attempts).toBeLessThanOrEqual(2 * steady);
  }
});
