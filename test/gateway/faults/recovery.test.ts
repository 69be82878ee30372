import { afterEach, expect, test } from '@jest/globals';

import { FailingWorld, tasksOf, expiredAfterMs } from './failing-world.js';

let room: FailingWorld;
afterEach(() => room.close());

const outcome = (maxAgeMs: number): string =>
  `{ tasks(first: 0, maxAgeMs: ${maxAgeMs}, filter: { sourceNames: ["astra-demo"] }) { totalCount sources { __typename } } }`;

test('a failure is not cached: the next read asks the plane again, however old its data may be', async () => {
  room = await FailingWorld.start('astra-demo');
  room.fall(() => ({ status: 500 }));
  expect((await room.ask(outcome(3_600_000))).data.tasks.sources).toEqual([{ __typename: 'TaskSourceUnavailable' }]);
  room.fall(null);
  expect((await room.ask(outcome(3_600_000))).data.tasks.sources).toEqual([{ __typename: 'TaskSourceAnswered' }]);
});

test('after a failure, cached data is not shown as an answer without asking the plane', async () => {
  room = await FailingWorld.start('astra-demo');
  await room.list();
  room.fall(() => ({ status: 403 }));
  expect((await room.ask(outcome(0))).data.tasks.sources).toEqual([{ __typename: 'TaskSourceUnavailable' }]);
  expect((await room.ask(outcome(3_600_000))).data.tasks).toEqual({ totalCount: 0, sources: [{ __typename: 'TaskSourceUnavailable' }] });
});

test.each([401, 403])(
  'after a %d nothing that was known is shown until the plane answers, whatever goes wrong in the meantime',
  async (status) => {
    room = await FailingWorld.start('astra-demo');
    const { tasks } = await room.list();
    const [{ id }] = tasksOf('astra-demo', tasks);
    room.fall(() => ({ status }));
    await room.list();
    room.fall(() => ({ status: 500 }));
    const { outcomes, tasks: after } = await room.list();
    expect(outcomes['astra-demo']).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { httpStatus: 500 } });
    expect(tasksOf('astra-demo', after)).toEqual([]);
    expect((await room.ask('query ($id: ID!) { task(id: $id) { id } }', { id })).data).toEqual({ task: null });
    room.fall(null);
    expect((await room.list()).tasks.totalCount).toBe(tasks.totalCount);
  },
);

test('an operation gets the result of its own read, while a later one is still in flight', async () => {
  room = await FailingWorld.start('astra-demo');
  await room.list();
  room.world.passTime(expiredAfterMs);
  room.world.forgetCalls();
  const answers: ((answer: { status: number }) => void)[] = [];
  const arrivals: (() => void)[] = [];
  room.fall(
    () =>
      new Promise((resolve) => {
        answers.push(resolve);
        arrivals.shift()?.();
      }),
  );
  const arrival = (): Promise<void> => new Promise((resolve) => arrivals.push(resolve));

  const firstArrived = arrival();
  const first = room.ask(outcome(0));
  await firstArrived;
  const secondArrived = arrival();
  const second = room.ask(outcome(0));
  await secondArrived;
  answers[0]?.({ status: 501 });
  expect((await first).data.tasks).toEqual({ totalCount: 0, sources: [{ __typename: 'TaskSourceUnavailable' }] });
  answers[1]?.({ status: 501 });
  expect((await second).data.tasks).toEqual({ totalCount: 0, sources: [{ __typename: 'TaskSourceUnavailable' }] });
  expect(room.world.calls('astra-demo')).toHaveLength(2);
});

test('the subtasks of stale tasks come from the cache, and the plane is asked once for all of them', async () => {
  room = await FailingWorld.start('astra-demo');
  const parent = `{ tasks(first: 1, filter: { sourceNames: ["astra-demo"], topLevelOnly: true, text: "PARENT" }) {
    nodes { id subtasks { totalCount nodes { ... on AstraTask { id parent { id } warnings { __typename } } } } } sources { __typename } } }`;
  const plane = room.world.planes['astra-demo'];
  const id = plane.addTask({ summary: 'PARENT' });
  plane.addTask({ parentTaskID: id, summary: 'child one', orderHint: 1 });
  plane.addTask({ parentTaskID: id, summary: 'child two', orderHint: 2 });
  const before = await room.ask(parent);
  expect(before.errors).toBeUndefined();
  expect(before.data.tasks.nodes[0].subtasks.totalCount).toBe(2);

  room.fall(() => ({ status: 501 }));
  room.world.forgetCalls();
  const stale = await room.ask(parent);
  expect(stale.errors).toBeUndefined();
  expect(stale.data.tasks.sources).toEqual([{ __typename: 'TaskSourceStale' }]);
  expect(stale.data.tasks.nodes[0].subtasks.nodes).toEqual(
    before.data.tasks.nodes[0].subtasks.nodes.map((task: object) => ({ ...task, warnings: [{ __typename: 'StaleDataWarning' }] })),
  );
  expect(room.world.calls('astra-demo')).toHaveLength(1);
});
