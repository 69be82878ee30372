import { afterEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { waitUntil } from '../../support/wait-until.js';
import { FailingWorld } from './failing-world.js';

let room: FailingWorld;
afterEach(() => room.close());

const ofNeighbour = '{ tasks(first: 5, maxAgeMs: 0, filter: { sourceNames: ["vcf-lax"] }) { nodes { id } sources { __typename } } }';

test('a silent plane holds 16 calls, 64 more are queued for half a second, and no other source is delayed', async () => {
  room = await FailingWorld.start('astra-demo', { timeoutMs: 60_000 });
  room.world.forgetCalls();
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  room.fall(async (_call, handle) => {
    await gate;
    return handle();
  });
  // Each of them asks the plane by itself.
  const ids = Array.from({ length: 120 }, (_, one) => `astra-demo:00000000-0000-4000-8000-${String(one).padStart(12, '0')}`);
  const told: unknown[] = [];
  const flood = ids.map(async (id) => {
    const { errors } = await room.world.graphql('query ($id: ID!) { task(id: $id, maxAgeMs: 0) { id } }', { id });
    told.push(errors?.map(({ message, extensions }: Json) => [message, extensions.retryAfterMs])[0]);
  });
  await waitUntil(() => room.world.calls('astra-demo').length === 16, 'the lane is full');
  for (let reads = 0; reads < 5; reads++) {
    room.world.passTime(10);
    const { data } = await room.world.graphql(ofNeighbour);
    expect(data.tasks.sources).toEqual([{ __typename: 'TaskSourceAnswered' }]);
    expect(data.tasks.nodes).toHaveLength(5);
  }
  await waitUntil(() => told.length === ids.length - 16, 'all others were refused');
  expect(new Set(told.map(String))).toEqual(new Set(['The plane was not asked: too many calls are waiting for it.,1000']));
  expect(room.world.calls('astra-demo')).toHaveLength(16);
  release();
  await Promise.all(flood);
});
