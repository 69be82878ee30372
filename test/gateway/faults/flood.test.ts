import { afterEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { waitUntil } from '../../support/wait-until.js';
import { FailingWorld } from './failing-world.js';

let scenario: FailingWorld;
afterEach(() => scenario.close());

const ofNeighbour = '{ tasks(first: 5, maxAgeMs: 0, filter: { sourceNames: ["vcf-lax"] }) { nodes { id } sources { __typename } } }';

test('a silent plane holds 16 calls, 64 more are queued for half a second, and no other source is delayed', async () => {
  scenario = await FailingWorld.start('astra-demo', { timeoutMs: 60_000 });
  scenario.world.forgetCalls();
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  scenario.fall(async (_call, handle) => {
    await gate;
    return handle();
  });
  // Each of them asks the plane by itself.
  const ids = Array.from({ length: 120 }, (_, one) => `astra-demo:00000000-0000-4000-8000-${String(one).padStart(12, '0')}`);
  const received: unknown[] = [];
  const flood = ids.map(async (id) => {
    const { errors } = await scenario.world.graphql('query ($id: ID!) { task(id: $id, maxAgeMs: 0) { id } }', { id });
    received.push(errors?.map(({ message, extensions }: Json) => [message, extensions.retryAfterMs])[0]);
  });
  await waitUntil(() => scenario.world.calls('astra-demo').length === 16, 'the lane is full');
  for (let reads = 0; reads < 5; reads++) {
    scenario.world.passTime(10);
    const { data } = await scenario.world.graphql(ofNeighbour);
    expect(data.tasks.sources).toEqual([{ __typename: 'TaskSourceAnswered' }]);
    expect(data.tasks.nodes).toHaveLength(5);
  }
  await waitUntil(() => received.length === ids.length - 16, 'all others were refused');
  expect(new Set(received.map(String))).toEqual(new Set(['The plane was not asked: too many calls are waiting for it.,1000']));
  expect(scenario.world.calls('astra-demo')).toHaveLength(16);
  release();
  await Promise.all(flood);
});
