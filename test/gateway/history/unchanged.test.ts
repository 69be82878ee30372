import { afterEach, expect, test } from '@jest/globals';

import type { Store } from '../../../src/store/store.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import type { TaskObservation } from '../../../src/store/history-store.js';
import { waitUntil } from '../../support/wait-until.js';
import { World } from '../../support/world.js';

let world: World;
afterEach(() => world.close());

interface StoreCall {
  readonly method: string;
  readonly input: readonly unknown[];
}

/** A part of a store that notes its calls. */
function noting<Part extends object>(part: Part, calls: StoreCall[]): Part {
  return new Proxy(part, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...input: readonly unknown[]) => {
        calls.push({ method: String(name), input });
        return value.apply(target, input);
      };
    },
  });
}

/** A store that notes the calls of what a read may use. */
function notingStore(now: () => number, calls: StoreCall[]): Store {
  const store = new MemoryStore(now);
  const parts = { history: noting(store.history, calls), actions: noting(store.actions, calls), tracking: noting(store.tracking, calls) };
  return Object.assign(Object.create(store) as MemoryStore, parts);
}

const sources = ['astra-demo', 'vcf-sfo', 'vcf-lax'];
const query = `query ($sources: [String!]!) { tasks(first: 100, maxAgeMs: 0, filter: { sourceNames: $sources }) {
  nodes { id name status progress { percent } subtasks(first: 3) { nodes { name status } } warnings { __typename } failures { message } } } }`;

test('a read of unchanged planes does not use the store, and what changed is recorded alone', async () => {
  const calls: StoreCall[] = [];
  world = await World.start({ store: (now) => notingStore(now, calls) });
  const readAll = async (): Promise<readonly { id: string }[]> => {
    world.passTime(1_000);
    const { data, errors } = await world.graphql(query, { sources });
    expect(errors).toBeUndefined();
    return data.tasks.nodes;
  };
  const recorded = () => calls.flatMap(({ method, input }) => (method === 'record' ? (input[0] as readonly TaskObservation[]) : []));
  const nodes = await readAll();
  expect(nodes.length).toBeGreaterThan(20);
  await waitUntil(() => recorded().length >= nodes.length, 'the first record of the tasks');

  calls.length = 0;
  for (let read = 0; read < 5; read += 1) await readAll();
  expect(calls).toEqual([]);

  const id = world.planes['vcf-sfo'].addTask();
  await readAll();
  await waitUntil(() => recorded().length > 0, 'the record of the new task');
  for (let read = 0; read < 5; read += 1) await readAll();
  expect(calls.map(({ method }) => method)).toEqual(['record']);
  expect(recorded().map((observation) => observation.id)).toEqual([`vcf-sfo:${id}`]);
});
