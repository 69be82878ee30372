import { expect, test } from '@jest/globals';

import { MemoryStore } from '../../src/store/memory/memory-store.js';
import type { IdempotencyClaim } from '../../src/store/idempotency-store.js';

const day = 86_400_000;

test('in memory, no key is forgotten before its time: while there are 100,000, a new one is refused', async () => {
  const store = new MemoryStore(() => 0);
  const claim = (place: number, at: number): Promise<IdempotencyClaim> =>
    store.idempotency.claimIdempotencyKey(
      { caller: 'c', mutation: 'm', taskId: 't', idempotencyKey: String(place) },
      { inputHash: 'h', at, abandonedSince: -1, maxKeysPerCaller: 100_001 },
    );
  for (let place = 0; place < 100_000; place++) await claim(place, place === 0 ? 0 : 1);
  await expect(claim(100_000, 1)).rejects.toThrow('100000 idempotency keys');
  expect((await claim(0, day - 1)).kind).toBe('pending');
  expect((await claim(99_999, day - 1)).kind).toBe('pending');
  expect((await claim(100_000, day)).kind).toBe('claimed');
  await expect(claim(100_001, day)).rejects.toThrow('100000 idempotency keys');
});
