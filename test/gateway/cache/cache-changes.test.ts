import { expect, test } from '@jest/globals';

import { CacheChanges, type TaskDifference } from '../../../src/gateway/cache/cache-changes.js';

const difference: TaskDifference = { before: null, after: null, readPayload: null, wasListed: true, isListed: true };

function createChanges(): CacheChanges {
  const changes = new CacheChanges({ sourceName: 'plane', key: 'healthy' });
  changes.setBaseline();
  return changes;
}

test('A change of one task is published to those who listen to that task; the thousands who listen to others cost nothing.', () => {
  const changes = createChanges();
  const calls: string[] = [];
  for (let task = 0; task < 1_000; task++) changes.listenToTask(`${task}`, () => void calls.push(`${task}`));
  changes.listenToTask('7', () => void calls.push('7 again'));
  let lookups = 0;
  class CountingMap extends Map<string, TaskDifference> {
    override get(key: string): TaskDifference | undefined {
      lookups += 1;
      return super.get(key);
    }
  }
  changes.notify(
    new CountingMap([
      ['7', difference],
      ['999', difference],
      ['other', difference],
    ]),
    'healthy',
  );
  expect([calls, lookups]).toEqual([['7', '7 again', '999'], 0]);
});

test('Listeners are called only for what they listen to, and those of the history before those of subscriptions.', () => {
  const changes = createChanges();
  const calls: string[] = [];
  const ends = [
    changes.listen({ onTasksChanged: () => void calls.push('tasks'), onRead: () => void calls.push('read') }),
    changes.listen({ onDifferences: () => void calls.push('differences'), onHealthChanged: ({ key }) => void calls.push(key) }),
    changes.listenToTask('1', () => void calls.push('task')),
  ];
  changes.notify(new Map(), 'healthy');
  expect(calls.splice(0)).toEqual(['read']);
  changes.notify(new Map([['1', difference]]), 'ill');
  expect(calls.splice(0)).toEqual(['differences', 'tasks', 'task', 'ill', 'read']);
  expect(changes.listenerCount).toBe(3);
  for (const end of [...ends, ...ends]) end();
  changes.notify(new Map([['1', difference]]), 'healthy');
  expect([calls, changes.listenerCount]).toEqual([[], 0]);
});

test('A listener may end while it is called.', () => {
  const changes = createChanges();
  let calls = 0;
  const listener = (): void => {
    calls += 1;
    end();
  };
  const end = changes.listenToTask('1', listener);
  const other = changes.listenToTask('1', () => void (calls += 10));
  for (let round = 0; round < 2; round++) changes.notify(new Map([['1', difference]]), 'healthy');
  expect(calls).toBe(21);
  other();
  expect(changes.listenerCount).toBe(0);
});
