import { expect, test } from '@jest/globals';

import { MemoryLedger } from '../../src/ledger/memory-ledger.js';
import type { AnswerKey, KeptAnswer } from '../../src/task/ledger.js';

const day = 86_400_000;
const key: AnswerKey = { caller: 'c', mutation: 'retryTask', taskId: 'a:1', idempotencyKey: 'k' };
const answerAt = (at: number): KeptAnswer => ({ inputHash: 'h', outcome: 'ACCEPTED', errors: [], auditId: '1', at });

test('tracked ids are kept by source, each once, oldest first', async () => {
  const ledger = new MemoryLedger();
  for (const id of ['2', '1', '2']) await ledger.track('a', id);
  expect([await ledger.trackedIds('a'), await ledger.trackedIds('b')]).toEqual([['2', '1'], []]);
  expect([await ledger.untrack('a', '2'), await ledger.untrack('a', '2'), await ledger.untrack('b', '1')]).toEqual([true, false, false]);
  expect(await ledger.trackedIds('a')).toEqual(['1']);
});

test('every part of a key tells one answer from another, wherever one part ends and the next begins', async () => {
  const ledger = new MemoryLedger(() => 0);
  await ledger.keepAnswer(key, answerAt(0));
  expect(await ledger.keptAnswer({ ...key })).toEqual(answerAt(0));
  for (const other of [
    { caller: 'd' },
    { mutation: 'cancelTask' },
    { taskId: 'a:2' },
    { idempotencyKey: 'l' },
    { taskId: 'a:1k', idempotencyKey: '' },
  ]) {
    expect(await ledger.keptAnswer({ ...key, ...other })).toBeNull();
  }
});

test('an answer is kept for 24 hours from when it was given', async () => {
  let now = 5_000;
  const ledger = new MemoryLedger(() => now);
  await ledger.keepAnswer(key, answerAt(now));
  now += day - 1;
  expect(await ledger.keptAnswer(key)).not.toBeNull();
  now += 1;
  expect(await ledger.keptAnswer(key)).toBeNull();
});

test('of more than 10,000 answers the oldest go, one for one', async () => {
  const ledger = new MemoryLedger(() => 0);
  const keyOf = (place: number): AnswerKey => ({ ...key, idempotencyKey: String(place) });
  for (let place = 0; place < 10_002; place++) await ledger.keepAnswer(keyOf(place), answerAt(0));
  const kept = await Promise.all([0, 1, 2, 10_001].map((place) => ledger.keptAnswer(keyOf(place))));
  expect(kept.map((answer) => answer !== null)).toEqual([false, false, true, true]);
});

test('every intent has an audit id of its own; an outcome of an unknown one is no error', async () => {
  const ledger = new MemoryLedger();
  const intent = { caller: 'c', mutation: 'retryTask', action: 'RETRY', taskId: 'a:1', reason: null, at: 0 } as const;
  const ids = [await ledger.recordIntent(intent), await ledger.recordIntent(intent)];
  expect(new Set(ids).size).toBe(2);
  await ledger.recordOutcome(ids[0] ?? '', 'ACCEPTED', 1);
  await expect(ledger.recordOutcome('nothing', 'ACCEPTED', 1)).resolves.toBeUndefined();
});
