import { expect, test } from '@jest/globals';

import { Delivery } from '../../../src/server/subscriptions/delivery.js';
import { EventQueue } from '../../../src/server/subscriptions/event-queue.js';

function deliver<T>(source: AsyncIterable<unknown>, answer: (event: unknown) => T | Promise<T>, report = fail): Delivery<T> {
  return new Delivery({ source, answer, report, eventQueue: new EventQueue() });
}

function fail(error: unknown): never {
  throw error;
}

test('A client that leaves while it waits is released at once, even by a source that never yields.', async () => {
  async function* never(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => undefined);
  }
  const sent: number[] = [];
  const delivery = deliver(never(), (event) => Number(event) * 2);
  const ended = delivery.run((answer) => {
    sent.push(answer);
    setImmediate(() => delivery.stop());
    return null;
  });
  await ended;
  expect(sent).toEqual([2]);
});

test('A source that fails to end is reported, and does not disturb the client that left.', async () => {
  const reported: unknown[] = [];
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false as const, value: 1 }),
      return: () => Promise.reject(new Error('stuck')),
    }),
  };
  const delivery = deliver(source, String, (error) => reported.push(error) as never);
  await delivery.run(() => 'closed');
  await new Promise(setImmediate);
  expect(reported).toEqual([new Error('stuck')]);
});

test.each([
  ['an answer that throws', () => fail(new Error('bad'))],
  ['an answer that rejects', () => Promise.reject(new Error('bad'))],
])('After %s there are no more events, and the source is left.', async (_, answer) => {
  let isLeft = false;
  async function* one(): AsyncGenerator<number> {
    try {
      yield 1;
      yield 2;
    } finally {
      isLeft = true;
    }
  }
  await expect(deliver(one(), answer).run(() => null)).rejects.toThrow('bad');
  expect(isLeft).toBe(true);
});

test('The next event is taken when the answer to the last one has left the process.', async () => {
  let taken = 0;
  async function* three(): AsyncGenerator<number> {
    while (taken < 3) yield ++taken;
  }
  const leaving: (() => void)[] = [];
  const ended = deliver(three(), String).run(() => new Promise((resolve) => leaving.push(resolve)));
  for (const expected of [1, 2, 3]) {
    await new Promise(setImmediate);
    expect([taken, leaving.length]).toEqual([expected, expected]);
    leaving.at(-1)?.();
  }
  await ended;
});

test('However many subscribers have an event, others get their turn after five hundred.', async () => {
  const queue = new EventQueue();
  let answered = 0;
  for (let count = 0; count < 1_200; count++) queue.add({ answerEvent: () => void answered++ });
  expect(answered).toBe(0);
  const counts = [];
  for (let turn = 0; turn < 3; turn++) {
    await new Promise(setImmediate);
    counts.push(answered);
  }
  expect(counts).toEqual([500, 1_000, 1_200]);
});
