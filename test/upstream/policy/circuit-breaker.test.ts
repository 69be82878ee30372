import { setMaxListeners } from 'node:events';

import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { CircuitBreaker, type Permit } from '../../../src/upstream/circuit-breaker.js';
import type { AttemptOutcome } from '../../../src/upstream/failure-classification.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';

const never = new AbortController().signal;
setMaxListeners(0, never);
let now: number;
let scheduler: ManualScheduler;
let breaker: CircuitBreaker;
beforeEach(() => {
  now = 0;
  scheduler = new ManualScheduler();
  breaker = new CircuitBreaker({ monotonic: () => now, scheduler, random: () => 0 });
});

async function call(outcome: AttemptOutcome): Promise<void> {
  (await breaker.admit(never)).done(outcome);
}

async function calls(...outcomes: readonly AttemptOutcome[]): Promise<void> {
  for (const outcome of outcomes) await call(outcome);
}

const times = (count: number, outcome: AttemptOutcome): readonly AttemptOutcome[] => Array.from({ length: count }, () => outcome);

test('nine failures are too few, the tenth opens it', async () => {
  await calls(...times(9, 'failure'));
  expect(breaker.state).toBe('CLOSED');
  await call('failure');
  expect(breaker.state).toBe('OPEN');
});

test('failures of half of the calls open it, fewer do not', async () => {
  await calls(...times(6, 'success'), ...times(5, 'failure'));
  expect(breaker.state).toBe('CLOSED');
  await call('failure');
  expect(breaker.state).toBe('OPEN');
});

test('failures of more than ten seconds ago are forgotten', async () => {
  await calls(...times(9, 'failure'));
  now += 10_000;
  await calls(...times(9, 'failure'));
  expect(breaker.state).toBe('CLOSED');
});

test('five consecutive connect failures open it; an established connection resets the count', async () => {
  await calls(...times(4, 'connect-failure'), 'success', ...times(4, 'connect-failure'));
  expect(breaker.state).toBe('CLOSED');
  await call('connect-failure');
  expect(breaker.state).toBe('OPEN');
});

describe('time-outs', () => {
  /** A call that times out after five seconds. */
  async function timeOut(): Promise<void> {
    const permit = await breaker.admit(never);
    now += 5_000;
    permit.done('timeout');
    now += 1;
  }

  test('three in a row open it, however long they take', async () => {
    await timeOut();
    now += 3_600_000;
    await timeOut();
    expect(breaker.state).toBe('CLOSED');
    await timeOut();
    expect(breaker.state).toBe('OPEN');
  });

  test.each<AttemptOutcome>(['success', 'failure', 'connect-failure'])(
    'in between, an outcome of %s resets their count',
    async (outcome) => {
      await timeOut();
      await timeOut();
      await call(outcome);
      await timeOut();
      await timeOut();
      expect(breaker.state).toBe('CLOSED');
    },
  );

  test('those of calls that were under way together count as one', async () => {
    for (let read = 1; read <= 2; read++) {
      const permits = await Promise.all(Array.from({ length: 4 }, () => breaker.admit(never)));
      now += 5_000;
      for (const permit of permits) {
        permit.done('timeout');
        now += 1;
      }
      expect([read, breaker.state]).toEqual([read, 'CLOSED']);
    }
    await timeOut();
    expect(breaker.state).toBe('OPEN');
  });

  test('one of the probe keeps it open', async () => {
    await calls(...times(10, 'failure'));
    now += 5_000;
    await call('timeout');
    expect(breaker.openForMs).toBe(10_000);
  });
});

test('three attempts of one read count as one failure', async () => {
  for (let read = 0; read < 9; read++) await calls('retried', 'retried', 'failure');
  expect(breaker.state).toBe('CLOSED');
  await calls('retried', 'retried', 'failure');
  expect(breaker.state).toBe('OPEN');
});

test('abandoned calls do not count', async () => {
  await calls(...times(100, 'ignored'));
  expect(breaker.state).toBe('CLOSED');
});

test('while it is open every call is refused at once, with the remaining time', async () => {
  await calls(...times(10, 'failure'));
  now += 1_234;
  await expect(breaker.admit(never)).rejects.toMatchObject({ problem: { kind: 'CIRCUIT_OPEN' }, retryAfterMs: 5_000 - 1_234 });
  expect(breaker.openForMs).toBe(5_000 - 1_234);
});

test('it is open for 5 s, then for twice as long each time, up to a minute', async () => {
  await calls(...times(10, 'failure'));
  const windows: number[] = [];
  for (let round = 0; round < 6; round++) {
    windows.push(breaker.openForMs);
    now += breaker.openForMs;
    expect(breaker.state).toBe('HALF_OPEN');
    await call('failure');
    expect(breaker.state).toBe('OPEN');
  }
  expect(windows).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

test('after it has closed, it opens for 5 s again', async () => {
  await calls(...times(10, 'failure'));
  now += 5_000;
  await call('failure');
  now += 10_000;
  await calls('success', 'success', ...times(10, 'failure'));
  expect(breaker.openForMs).toBe(5_000);
});

test('jitter makes it up to a tenth shorter, never longer', async () => {
  const other = new CircuitBreaker({ monotonic: () => now, scheduler, random: () => 1 });
  for (let time = 0; time < 10; time++) (await other.admit(never)).done('failure');
  expect(other.openForMs).toBe(4_500);
});

describe('half open', () => {
  beforeEach(async () => {
    await calls(...times(10, 'failure'));
    now += 5_000;
  });

  /** Calls that want to be made now; how many of them are being made. */
  const admitMany = (count: number): { made: Permit[]; refused: unknown[]; settled: () => Promise<void> } => {
    const [made, refused]: [Permit[], unknown[]] = [[], []];
    for (let one = 0; one < count; one++) {
      breaker.admit(never).then(
        (permit) => made.push(permit),
        (error: unknown) => refused.push(error),
      );
    }
    return { made, refused, settled: () => new Promise((resolve) => setImmediate(resolve)) };
  };

  test('one call is the probe and the others wait for it; after two successes all are admitted', async () => {
    const { made, refused, settled } = admitMany(20);
    await settled();
    expect([made.length, breaker.state]).toEqual([1, 'HALF_OPEN']);
    made[0]?.done('success');
    await settled();
    expect([made.length, breaker.state]).toEqual([2, 'HALF_OPEN']);
    made[1]?.done('success');
    await settled();
    expect([made.length, breaker.state, refused]).toEqual([20, 'CLOSED', []]);
  });

  test('when the probe fails, the waiting calls are refused and nothing more is sent', async () => {
    const { made, refused, settled } = admitMany(20);
    await settled();
    made[0]?.done('failure');
    await settled();
    expect([made.length, refused.length, breaker.state]).toEqual([1, 19, 'OPEN']);
    expect(refused[0]).toMatchObject({ problem: { kind: 'CIRCUIT_OPEN' }, retryAfterMs: 10_000 });
  });

  test('when the probe is abandoned, the next call is the probe', async () => {
    const { made, settled } = admitMany(3);
    await settled();
    made[0]?.done('ignored');
    await settled();
    expect([made.length, breaker.state]).toEqual([2, 'HALF_OPEN']);
  });

  test('no call waits for a probe for longer than half a second; later calls are refused at once, and no timer is left', async () => {
    const first = admitMany(3);
    await first.settled();
    now += 400;
    const second = admitMany(1);
    await second.settled();
    now += 100;
    scheduler.advance(100);
    await second.settled();
    expect([second.refused.length, first.refused.length]).toEqual([1, 0]);
    scheduler.advance(400);
    const late = admitMany(1);
    await late.settled();
    expect([first.made.length, first.refused.length, late.refused.length, scheduler.count]).toEqual([1, 2, 1, 0]);
    first.made[0]?.done('success');
    expect(breaker.state).toBe('HALF_OPEN');
  });

  test('at most 64 calls wait, and an aborted one stops waiting', async () => {
    const { made, refused, settled } = admitMany(66);
    await settled();
    expect([made.length, refused.length]).toEqual([1, 1]);
    const controller = new AbortController();
    made[0]?.done('ignored');
    await settled();
    const late = breaker.admit(controller.signal);
    controller.abort();
    await expect(late).rejects.toMatchObject({ problem: { kind: 'CIRCUIT_OPEN' } });
  });

  test('the outcome of a call from before it opened is ignored', async () => {
    const own = new CircuitBreaker({ monotonic: () => now, scheduler, random: () => 0 });
    const old = await own.admit(never);
    for (let time = 0; time < 10; time++) (await own.admit(never)).done('failure');
    now += 5_000;
    const probe = await own.admit(never);
    old.done('success');
    old.done('failure');
    expect(own.state).toBe('HALF_OPEN');
    probe.done('success');
  });
});

test('a clock that is set back never keeps it open for longer', async () => {
  await calls(...times(10, 'failure'));
  now -= 3_600_000;
  expect(breaker.openForMs).toBe(5_000);
});

test('a plane that fails every other two seconds opens it at most once in 5 s', async () => {
  let [opened, state] = [0, breaker.state];
  let sent = 0;
  for (; now < 600_000; now += 100) {
    const isUp = Math.floor(now / 2_000) % 2 === 0;
    try {
      const permit = await breaker.admit(never);
      sent += 1;
      permit.done(isUp ? 'success' : 'failure');
    } catch {
      // Refused: that is what it is for.
    }
    if (breaker.state === 'OPEN' && state !== 'OPEN') opened += 1;
    state = breaker.state;
  }
  expect(opened).toBeLessThanOrEqual(600 / 5);
  expect(sent).toBeLessThan(6_000);
});

test('for any sequence of calls it is in one of three states, and never refuses for longer than a minute', async () => {
  const step = fc.record({
    outcome: fc.constantFrom<AttemptOutcome>('success', 'failure', 'timeout', 'connect-failure', 'ignored'),
    ms: fc.integer({ min: 0, max: 9_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), async (steps, chance) => {
      let time = 0;
      const own = new CircuitBreaker({ monotonic: () => time, scheduler, random: () => chance });
      for (const { outcome, ms } of steps) {
        time += ms;
        const refuses = own.openForMs;
        expect(refuses).toBeLessThanOrEqual(60_000);
        expect(own.state === 'OPEN').toBe(refuses > 0);
        if (refuses > 0) await expect(own.admit(never)).rejects.toMatchObject({ retryAfterMs: Math.ceil(refuses) });
        else (await own.admit(never)).done(outcome);
      }
    }),
    { numRuns: 200 },
  );
});
