import { beforeEach, expect, test } from '@jest/globals';

import { CoalescingStream } from '../../../src/gateway/subscriptions/coalescing-stream.js';

let releases: number;
let stream: CoalescingStream<number, string>;
beforeEach(() => {
  releases = 0;
  stream = new CoalescingStream<number, string>({
    mayDeliver: (event) => event >= 0,
    merge: (pending, next) => (pending + next === 0 ? null : pending + next),
    deliver: String,
    release: () => void releases++,
  });
});

const over = { done: true, value: undefined };

test('events are delivered in the order of their keys; a pending one is merged with the next of its key', async () => {
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
    ['b', -2],
  ] as const)
    stream.push(key, value);
  stream.finish();
  const events: string[] = [];
  for await (const event of stream) events.push(event);
  expect(events).toEqual(['4', '4']);
});

test('a waiting consumer gets the event at once, unmerged', async () => {
  const [first, second] = [stream.next(), stream.next()];
  stream.push('a', 1);
  stream.push('a', 2);
  expect([await first, await second]).toEqual([
    { done: false, value: '1' },
    { done: false, value: '2' },
  ]);
});

test('going away ends every wait at once, drops what waits and releases once', async () => {
  const waiting = stream.next();
  expect(await stream.return()).toEqual(over);
  expect(await waiting).toEqual(over);
  stream.push('a', 1);
  stream.finish();
  await stream.return();
  expect([await stream.next(), stream.pendingCount, releases]).toEqual([over, 0, 1]);
});

test('what waits is handed out after the finish, and nothing that comes later', async () => {
  stream.push('a', 1);
  stream.finish();
  expect(releases).toBe(1);
  stream.push('b', 2);
  expect([await stream.next(), await stream.next(), await stream.next()]).toEqual([{ done: false, value: '1' }, over, over]);
  await stream.return();
  expect(releases).toBe(1);
});

test('a finish ends the wait of one who has had everything', async () => {
  const waiting = stream.next();
  stream.finish();
  expect(await waiting).toEqual(over);
});
