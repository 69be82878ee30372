import { expect, test } from '@jest/globals';

import { MemoryStore } from '../../src/store/memory/memory-store.js';
import type { IdempotencyClaim } from '../../src/store/idempotency-store.js';

const day = 86_400_000;

test('a memory store with 100,000 unexpired idempotency keys refuses a new one and keeps the others', async () => {
  const store = new MemoryStore(() => 0);
  const claim = (index: number, at: number): Promise<IdempotencyClaim> =>
    store.idempotency.claimIdempotencyKey(
      { caller: 'c', mutation: 'm', taskId: 't', idempotencyKey: String(index) },
      { inputHash: 'h', at, abandonedSince: -1, maxKeysPerCaller: 100_001 },
    );
  for (let index = 0; index < 100_000; index++) await claim(index, index === 0 ? 0 : 1);
  await expect(claim(100_000, 1)).rejects.toThrow('100000 idempotency keys');
  expect((await claim(0, day - 1)).kind).toBe('pending');
  expect((await claim(99_999, day - 1)).kind).toBe('pending');
  expect((await claim(100_000, day)).kind).toBe('claimed');
  await expect(claim(100_001, day)).rejects.toThrow('100000 idempotency keys');
});
