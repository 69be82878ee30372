import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { Gateway } from '../../../src/gateway/gateway.js';
import { SchedulingQueue } from '../../../src/server/guards/scheduling-queue.js';

import { RawConnection } from '../../support/raw-http.js';
import { BareGateway } from '../bare-gateway.js';

/** A queue whose operations take the same time each, and what is started in it. */
function createQueue(operationMs: number) {
  const clock = { ms: 0 };
  const queue = new SchedulingQueue(() => clock.ms);
  const started: string[] = [];
  const add = (caller: string, name: string): void => {
    void queue.wait(caller).then(() => {
      started.push(name);
      clock.ms += operationMs;
    });
  };
  const addMany = (caller: string, count: number): void => {
    for (let index = 0; index < count; index += 1) add(caller, `${caller}${index}`);
  };
  return { clock, queue, started, addMany };
}

/** How many operations are started in each of the next iterations of the event loop. */
async function countStarts(started: readonly string[], iterations: number): Promise<readonly number[]> {
  const counts: number[] = [];
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    const before = started.length;
    await nextTurn();
    counts.push(started.length - before);
  }
  return counts;
}

test.each([
  { operationMs: 11, starts: [0, 1, 1, 1] },
  { operationMs: 2, starts: [0, 3, 3, 3] },
  { operationMs: 0.125, starts: [0, 32, 32, 32] },
])('of operations of $operationMs ms, so many are started in an iteration of the event loop: $starts', async ({ operationMs, starts }) => {
  const { started, addMany } = createQueue(operationMs);
  // Set before those of the queue, this one also runs before them.
  const counts = countStarts(started, starts.length);
  addMany('a', 100);
  expect(await counts).toEqual(starts);
});

test('what comes while others are being started waits for the next iteration', async () => {
  const { queue, started, addMany } = createQueue(0);
  void queue.wait('a').then(() => addMany('a', 3));
  expect(await countStarts(started, 3)).toEqual([0, 3, 0]);
});

test('callers take turns, and the operations of each start in the order in which they came', async () => {
  const { started, addMany } = createQueue(11);
  addMany('a', 4);
  addMany('b', 2);
  addMany('c', 1);
  await countStarts(started, 8);
  expect(started).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2', 'a3']);
});

test('the expected wait is that of the operations that come before, at the pace of the last ones', async () => {
  const { clock, queue, started, addMany } = createQueue(10);
  expect(queue.expectedWaitMs('a')).toBe(0);
  addMany('a', 500);
  await countStarts(started, 501);
  expect([started.length, queue.expectedWaitMs('a')]).toEqual([500, 0]);
  // The pause is no work.
  clock.ms += 60_000;
  addMany('a', 100);
  expect(queue.expectedWaitMs('a') / 100).toBeCloseTo(10, 1);
  expect(queue.expectedWaitMs('b')).toBeCloseTo(10, 1);
  addMany('b', 2);
  expect(queue.expectedWaitMs('a')).toBeCloseTo(1_020, -1);
  expect(queue.expectedWaitMs('b')).toBeCloseTo(60, 0);
  await countStarts(started, 103);
});

test.each([true, false])(
  'the gateway learns when each operation arrived, and not only when its turn came; answers are kept: %s',
  async (keepAnswers) => {
    const { createOperation } = Gateway.prototype;
    const arrivals: (number | undefined)[] = [];
    Gateway.prototype.createOperation = function (this: Gateway, caller, arrivedAt) {
      arrivals.push(arrivedAt);
      return createOperation.call(this, caller, arrivedAt);
    };
    const clock = { ms: 0 };
    let firstExecutedAt = Infinity;
    const schema = buildSchema('type Query { busy: String }');
    const { busy } = schema.getQueryType()?.getFields() ?? {};
    if (busy)
      busy.resolve = () => {
        // So that one operation is a whole turn of the queue.
        clock.ms += 11;
        firstExecutedAt = Math.min(firstExecutedAt, Date.now());
        return 'done';
      };
    const gateway = await BareGateway.start(schema, { monotonic: () => clock.ms, keepAnswers });
    try {
      const connection = new RawConnection(gateway.host);
      const write = (index: number, ...headers: string[]): string => {
        const body = JSON.stringify({ query: `{ busy${index}: busy }` });
        const head = ['POST /graphql HTTP/1.1', 'host: a', 'content-type: application/json', `content-length: ${body.length}`, ...headers];
        return [...head, '', body].join('\r\n');
      };
      await connection.send(write(0) + write(1) + write(2) + write(3, 'connection: close'));
      await connection.ended;
      expect(arrivals.length).toBe(4);
      for (const arrivedAt of arrivals) expect(arrivedAt).toBeLessThanOrEqual(firstExecutedAt);
    } finally {
      Gateway.prototype.createOperation = createOperation;
      await gateway.close();
    }
  },
);
