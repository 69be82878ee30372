import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Behaviour, VirtualPlane } from './virtual-plane.js';

/** More of them with TRIBUTARY_SCHEDULES; `npm run matrix` runs 10,000. */
const numRuns = Number(process.env['TRIBUTARY_SCHEDULES'] ?? 150);

const well: Behaviour = { latencyMs: 20, does: 200 };
const behaviours: Readonly<Record<string, Behaviour>> = {
  well,
  slow: { latencyMs: 2_900, does: 200 },
  'too slow': { latencyMs: 9_000, does: 200 },
  silent: { latencyMs: 0, does: 'silence' },
  failing: { latencyMs: 5, does: 503 },
  'asks for less': { latencyMs: 5, does: 429, headers: { 'retry-after': '2' } },
  refusing: { latencyMs: 5, does: 403 },
  gone: { latencyMs: 1, does: { code: 'ECONNREFUSED' } },
  'cutting off': { latencyMs: 30, does: { code: 'ECONNRESET' } },
};

/** For so long the plane is like this, and so many reads are begun, evenly spread. */
const phase = fc.record({
  behaviour: fc.constantFrom(...Object.keys(behaviours)),
  lastsMs: fc.integer({ min: 10, max: 30_000 }),
  reads: fc.integer({ min: 0, max: 25 }),
});

test('whatever a plane does, and whenever it is read, the limits of the policy hold', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(phase, { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (phases, chance) => {
        let behaviour = well;
        const plane = new VirtualPlane({ behaves: () => behaviour, random: () => chance, breaker: 'real' });
        const { scheduler, breaker, attempts } = plane;
        const reads: Promise<number>[] = [];
        let place = 0;
        const read = (): void => {
          const begun = scheduler.now;
          const [wasOpen, before] = [breaker.state === 'OPEN', attempts.length];
          reads.push(
            plane.ask({}, `/tasks/${place++}`).then(({ endedAt }) => {
              // An open circuit sends nothing, and says so at once.
              if (wasOpen && endedAt === begun) expect(attempts.slice(before).filter(({ beganAt }) => beganAt === begun)).toEqual([]);
              return endedAt - begun;
            }),
          );
        };
        for (const { behaviour: name, lastsMs, reads: count } of phases) {
          const begins = scheduler.now;
          scheduler.after(0, () => (behaviour = behaviours[name] ?? well));
          for (let one = 0; one < count; one++) scheduler.after(Math.floor((one * lastsMs) / count), read);
          await plane.pass(begins + lastsMs);
        }
        behaviour = well;
        const took = await plane.until(Promise.all(reads));
        expect(Math.max(0, ...took)).toBeLessThanOrEqual(5_000);
        expect(attempts.length).toBeLessThanOrEqual(3 * reads.length);
        expect(mostAtOnce(attempts)).toBeLessThanOrEqual(16);
        // A plane that is well again is found again within the longest window of the breaker.
        await plane.pass(scheduler.now + 60_000);
        expect((await plane.until(plane.ask({}, '/last'))).answer?.status).toBe(200);
        expect(scheduler.count).toBe(0);
      },
    ),
    { numRuns },
  );
}, 1_800_000);

function mostAtOnce(attempts: VirtualPlane['attempts']): number {
  const edges = attempts.flatMap(({ beganAt, endedAt }) => [
    { at: beganAt, change: 1 },
    { at: endedAt ?? Infinity, change: -1 },
  ]);
  let [now, most] = [0, 0];
  for (const { change } of edges.toSorted((a, b) => a.at - b.at || a.change - b.change)) most = Math.max(most, (now += change));
  return most;
}
