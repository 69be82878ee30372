import { afterEach, expect, test } from '@jest/globals';

import { LiveWorld } from '../../support/live-world.js';

let world: LiveWorld;
afterEach(() => world.close());

const document = 'subscription ($id: ID!) { taskChanged(id: $id) { task { id subtasks { nodes { ... on TaskLifecycle { name } } } } } }';
const subTasks = ['one', 'two', 'three'].map((name) => ({ name, status: 'IN_PROGRESS' }));

/** Two events of a task with three subtasks: six values each. */
async function twoEvents(values: number): Promise<readonly object[]> {
  world = await LiveWorld.start({ values });
  const id = world.vcf.addTask({ status: 'PENDING', subTasks });
  const events = await world.watch(document, { id: `vcf:${id}` });
  const first = await events.next();
  await world.polling(1);
  world.vcf.setTask(id, { status: 'IN_PROGRESS' });
  await world.advance(5_000);
  return [first, await events.next()];
}

test('each event of a subscription may hold as much as the one before it', async () => {
  const whole = { task: { subtasks: { nodes: [{ name: 'one' }, { name: 'two' }, { name: 'three' }] } } };
  expect(await twoEvents(6)).toMatchObject([whole, whole]);
});

test('an event that holds too much costs the list that goes over, and the next event comes', async () => {
  const refused = {
    data: { taskChanged: { task: { id: expect.any(String), subtasks: null } } },
    errors: [{ path: ['taskChanged', 'task', 'subtasks', 'nodes'], originalError: { code: 'LIMIT_EXCEEDED' } }],
  };
  expect(await twoEvents(5)).toMatchObject([refused, refused]);
});
