import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { MemoryHistory } from '../../../src/store/memory/memory-history.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import type { JsonObject } from '../../../src/model/scalars.js';
import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

/** Keeps what tasks are, and loses what was sent of them. */
class LosingHistory extends MemoryHistory {
  isBroken = false;

  override readPayloads(): Promise<ReadonlyMap<string, JsonObject>> {
    return this.isBroken ? Promise.reject(new Error('canary-inside')) : Promise.resolve(new Map());
  }
}

class LosingStore extends MemoryStore {
  override readonly history = new LosingHistory();
}

let world: World;
let store: MemoryStore;
/** Ids at the plane of finished tasks, newest first: more than keep all of their payload in memory. */
let ids: readonly string[];
beforeEach(async () => {
  await start(new MemoryStore(() => world.now));
});
afterEach(() => world.close());

async function start(own: MemoryStore): Promise<void> {
  store = own;
  world = await World.start({ store: () => store });
  world.planes['vcf-sfo'].clear();
  ids = world.planes['vcf-sfo'].fill(1_200);
  world.planes['vcf-sfo'].setTask(ids.at(-2) ?? '', { status: 'FAILED', isRetryable: false });
  await oldest('sourceTaskId');
  world.forgetCalls();
}

/** The three oldest tasks; what was read a second ago is good enough. */
async function oldest(fields: string): Promise<Json> {
  const { data, errors } = await world.graphql(
    `{ tasks(filter: { sourceNames: ["vcf-sfo"] }, orderBy: { field: CREATED_AT, direction: ASC }, first: 3) { nodes { ${fields} } } }`,
  );
  expect(errors).toBeUndefined();
  return data.tasks.nodes;
}

test('the payload of an old finished task is read from the store', async () => {
  const last = [`vcf-sfo:${ids.at(-1)}`];
  // It is written behind those who read.
  for (let turn = 0; turn < 1_000 && (await store.history.readPayloads(last)).size === 0; turn++) await setImmediate();
  await expectWhole();
  expect(world.calls('vcf-sfo')).toHaveLength(0);
});

test.each(['kept nothing', 'fails'] as const)('out of a store that %s, it is asked for once, by id', async (how) => {
  await world.close();
  const losing = new LosingStore(() => world.now);
  losing.history.isBroken = how === 'fails';
  await start(losing);
  await expectWhole();
  expect(world.calls('vcf-sfo').map(({ path }) => path)).toHaveLength(4);
  expect(world.log.length).toBe(how === 'fails' ? 1 : 0);
});

async function expectWhole(): Promise<void> {
  const nodes = await oldest('sourceTaskId name raw');
  expect(nodes.map(({ sourceTaskId }: Json) => sourceTaskId)).toEqual(ids.slice(-3).toReversed());
  for (const { sourceTaskId, name, raw } of nodes) expect(raw).toMatchObject({ id: sourceTaskId, name, subTasks: [], errors: [] });
}

test('the blockers that a plane reports hold, however old the task is', async () => {
  const nodes = await oldest('sourceTaskId retry { isAllowed blockers { code } }');
  expect(nodes[1]).toEqual({ sourceTaskId: ids.at(-2), retry: { isAllowed: false, blockers: [{ code: 'REFUSED_BY_TASK' }] } });
});
