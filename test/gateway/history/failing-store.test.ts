import { afterEach, expect, test } from '@jest/globals';

import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { World } from '../../support/world.js';

let world: World;
afterEach(() => world.close());

/** A store whose history fails while the test wants it to. */
class BrokenHistoryStore extends MemoryStore {
  isBroken = true;

  constructor(now: () => number) {
    super(now);
    const { history } = this;
    for (const name of [
      'record',
      'readPresentSourceTaskIds',
      'readTasks',
      'readForgottenTasks',
      'readForgottenChildren',
      'readStatusChanges',
      'readDurations',
      'readPayloads',
    ] as const) {
      const method = history[name].bind(history) as (...args: unknown[]) => Promise<never>;
      Object.assign(history, {
        [name]: async (...args: unknown[]) => {
          if (this.isBroken) throw new Error(`The history cannot do ${name}.`);
          return method(...args);
        },
      });
    }
  }
}

test('when the store fails, only history fields are errors, the response says what is missing, and no observation is lost', async () => {
  let store: BrokenHistoryStore | undefined;
  world = await World.start({ store: (now) => (store = new BrokenHistoryStore(now)) });
  const astra = world.planes['astra-demo'];
  const sourceTaskId = astra.addTask({ state: 'running' });
  const id = `astra-demo:${sourceTaskId}`;
  const query = `query ($id: ID!) {
    task(id: $id) { id status history { status } estimatedFinish { medianMs } }
    tasks(filter: { sourceNames: ["astra-demo"], includeForgotten: true }) {
      totalCount sources { problem { message } ... on TaskSourceAnswered { isComplete } } } }`;
  const { data, errors } = await world.graphql(query, { id });
  expect(data.task).toEqual({ id, status: 'RUNNING', history: null, estimatedFinish: null });
  expect(errors).toMatchObject([
    {
      path: ['task', 'history'],
      message: 'The gateway cannot read its store now; try again later.',
      extensions: { code: 'STORE_UNAVAILABLE', fields: ['estimatedFinish', 'history'] },
    },
  ]);
  expect(data.tasks.totalCount).toBeGreaterThan(5);
  const message = 'The gateway cannot read its store now: tasks that the plane no longer has are missing.';
  expect(data.tasks.sources).toEqual([{ problem: { message }, isComplete: false }]);
  astra.removeTask(sourceTaskId);
  world.passTime(5_000);
  const absent = await world.graphql('query ($id: ID!) { task(id: $id) { id } }', { id });
  expect(absent).toMatchObject({ data: { task: null } });
  expect(absent.errors).toBeUndefined();
  expect(world.log.join('')).toMatch(/The history cannot do (record|readPresentSourceTaskIds)\./);

  if (store !== undefined) store.isBroken = false;
  await world.gateway.close();
  const kept = await store?.history.readTasks([id]);
  expect(kept?.get(id)).toMatchObject({ task: { id, status: 'RUNNING' }, forgottenAt: world.now });
});
