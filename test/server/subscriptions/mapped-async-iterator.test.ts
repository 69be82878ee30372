import { expect, test } from '@jest/globals';

import { MappedAsyncIterator } from '../../../src/server/subscriptions/subscription-execution.js';

test('A client that leaves while it waits is released at once, even by a source that never yields.', async () => {
  async function* never(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => undefined);
  }
  const events = new MappedAsyncIterator(never(), (event) => event * 2, fail);
  expect(await events.next()).toEqual({ done: false, value: 2 });
  const waiting = events.next();
  expect(await events.return()).toEqual({ done: true, value: undefined });
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('A source that fails to end is reported, and does not disturb the client that left.', async () => {
  const reported: unknown[] = [];
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false as const, value: 1 }),
      return: () => Promise.reject(new Error('stuck')),
    }),
  };
  const events = new MappedAsyncIterator<number, number>(
    source,
    (event) => event,
    (error) => reported.push(error),
  );
  await events.return();
  expect(reported).toEqual([new Error('stuck')]);
});

test('After an error there are no more events.', async () => {
  const events = new MappedAsyncIterator<number, number>(
    (async function* () {
      yield 1;
    })(),
    () => {
      throw new Error('bad');
    },
    fail,
  );
  await expect(events.next()).rejects.toThrow('bad');
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

function fail(error: unknown): never {
  throw error;
}
