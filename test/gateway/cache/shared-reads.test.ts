import { expect, test } from '@jest/globals';

import type { Freshness } from '../../../src/gateway/cache/freshness.js';
import { SourceCache } from '../../../src/gateway/cache/source-cache.js';
import { createReadOnlyActions, type ReadResults, type Source } from '../../../src/sources/source.js';
import { taskOf } from '../../support/generators/sample-task.js';
import { idleUpstream } from '../../support/doubles/idle-upstream.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';

const ids = ['a', 'b', 'c'];

/** A plane that answers when the test says so, and a cache of it. */
function start(canList: boolean): {
  readonly cache: SourceCache;
  readonly calls: string[];
  readonly answer: () => void;
  readonly anew: () => Freshness;
} {
  const calls: string[] = [];
  const waiting: (() => void)[] = [];
  const tasks = ids.map((id) => ({ sourceTaskId: id, fingerprint: id, translate: () => taskOf({ sourceTaskId: id }) }));
  const called = <T>(name: string, result: T): Promise<T> => {
    calls.push(name);
    return new Promise((resolve) => void waiting.push(() => resolve(result)));
  };
  const source: Source = {
    name: 'plane',
    kind: 'ASTRA',
    displayName: 'Plane',
    timeoutMs: 5_000,
    capabilities: { list: canList, retry: false, cancel: false, subtasks: false, progress: false },
    finishedTasksChange: true,
    isTaskId: () => true,
    estimateListCalls: () => 1_000,
    estimateReadCalls: (count) => count,
    list: () => called('list', { tasks, unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null }),
    read: (read) =>
      called<ReadResults>(
        `read ${read.join(' ')}`,
        new Map(read.map((id) => [id, tasks.find(({ sourceTaskId }) => sourceTaskId === id) ?? null])),
      ),
    actions: createReadOnlyActions(() => 'There are no actions.'),
    upstream: idleUpstream,
  };
  let now = 1_000;
  const scheduler = new ManualScheduler();
  const cache = new SourceCache(source, {
    trackedIds: () => Promise.resolve([]),
    fullMs: 60_000,
    slowMs: 500,
    now: () => now,
    scheduler,
    onStateChange: () => undefined,
    report: () => undefined,
  });
  return {
    cache,
    calls,
    answer: () => waiting.splice(0).forEach((resolve) => resolve()),
    // Each operation comes a millisecond after the one before.
    anew: () => ({ operationStartedAt: ++now, maxAgeMs: 0 }),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('operations that come in one turn of the event loop share one list, although each asks anew', async () => {
  const { cache, calls, answer, anew } = start(true);
  const together = Promise.all(Array.from({ length: 10 }, () => cache.list(anew())));
  await turn();
  expect(calls).toEqual(['list']);
  // What was sent before an operation came in does not serve it; those that come after share the next one.
  const later = Promise.all(Array.from({ length: 10 }, () => cache.list(anew())));
  await turn();
  expect(calls).toEqual(['list', 'list']);
  answer();
  expect(new Set([...(await together), ...(await later)].map(({ kind }) => kind))).toEqual(new Set(['answered']));
});

test('so they do with single tasks, each of which is asked for once', async () => {
  const { cache, calls, answer, anew } = start(false);
  const together = Promise.all([['a', 'b'], ['b', 'c'], ['a'], ['c', 'a']].map((some) => cache.read(some, anew())));
  await turn();
  expect(calls).toEqual(['read a b', 'read c']);
  const later = cache.read(['b'], anew());
  await turn();
  expect(calls).toEqual(['read a b', 'read c', 'read b']);
  answer();
  expect((await together).map((results) => [...results.keys()])).toEqual([['a', 'b'], ['b', 'c'], ['a'], ['c', 'a']]);
  expect((await later).get('b')).toMatchObject({ sourceTaskId: 'b' });
});

test.each([
  { what: 'the list', read: (cache: SourceCache, freshness: Freshness) => cache.list(freshness), canList: true },
  { what: 'a task', read: (cache: SourceCache, freshness: Freshness) => cache.read(['a'], freshness), canList: false },
])(
  'an operation that had arrived before $what was read needs no other read, also when its turn comes after that',
  async ({ read, canList }) => {
    const { cache, calls, answer, anew } = start(canList);
    const [first, second] = [anew(), anew()];
    anew();
    const done = read(cache, first);
    await turn();
    answer();
    await done;
    await read(cache, second);
    expect(calls.length).toBe(1);
    void read(cache, anew());
    await turn();
    expect(calls.length).toBe(2);
  },
);
