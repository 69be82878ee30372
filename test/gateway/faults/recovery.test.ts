import { afterEach, expect, test } from '@jest/globals';

import { FailingWorld, tasksOf, expiredAfterMs } from './failing-world.js';
import { refuseWith } from '../../support/plane-errors.js';

let scenario: FailingWorld;
afterEach(() => scenario.close());

const outcome = (maxAgeMs: number): string =>
  `{ tasks(first: 0, maxAgeMs: ${maxAgeMs}, filter: { sourceNames: ["astra-demo"] }) { totalCount sources { __typename } } }`;

test('a failure is not cached: the next read asks the plane again, however old its data may be', async () => {
  scenario = await FailingWorld.start('astra-demo');
  scenario.fall(() => ({ status: 500 }));
  expect((await scenario.ask(outcome(3_600_000))).data.tasks.sources).toEqual([{ __typename: 'TaskSourceUnavailable' }]);
  scenario.fall(null);
  expect((await scenario.ask(outcome(3_600_000))).data.tasks.sources).toEqual([{ __typename: 'TaskSourceAnswered' }]);
});

test('after a failure, cached data is not shown as an answer without asking the plane', async () => {
  scenario = await FailingWorld.start('astra-demo');
  await scenario.list();
  scenario.fall(refuseWith(403));
  expect((await scenario.ask(outcome(0))).data.tasks.sources).toEqual([{ __typename: 'TaskSourceUnavailable' }]);
  expect((await scenario.ask(outcome(3_600_000))).data.tasks).toEqual({
    totalCount: 0,
    sources: [{ __typename: 'TaskSourceUnavailable' }],
  });
});

test.each([401, 403])(
  'after a %d nothing that was known is shown until the plane answers, whatever goes wrong in the meantime',
  async (status) => {
    scenario = await FailingWorld.start('astra-demo');
    const { tasks } = await scenario.list();
    const [{ id }] = tasksOf('astra-demo', tasks);
    scenario.fall(refuseWith(status));
    await scenario.list();
    scenario.fall(() => ({ status: 500 }));
    const { outcomes, tasks: after } = await scenario.list();
    expect(outcomes['astra-demo']).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { httpStatus: 500 } });
    expect(tasksOf('astra-demo', after)).toEqual([]);
    expect((await scenario.ask('query ($id: ID!) { task(id: $id) { id } }', { id })).data).toEqual({ task: null });
    scenario.fall(null);
    expect((await scenario.list()).tasks.totalCount).toBe(tasks.totalCount);
  },
);

test('an operation gets the result of its own read, while a later one is still in flight', async () => {
  scenario = await FailingWorld.start('astra-demo');
  await scenario.list();
  scenario.world.passTime(expiredAfterMs);
  scenario.world.forgetCalls();
  const answers: ((answer: { status: number }) => void)[] = [];
  const arrivals: (() => void)[] = [];
  scenario.fall(
    () =>
      new Promise((resolve) => {
        answers.push(resolve);
        arrivals.shift()?.();
      }),
  );
  const arrival = (): Promise<void> => new Promise((resolve) => arrivals.push(resolve));

  const firstArrived = arrival();
  const first = scenario.ask(outcome(0));
  await firstArrived;
  const secondArrived = arrival();
  const second = scenario.ask(outcome(0));
  await secondArrived;
  answers[0]?.({ status: 501 });
  expect((await first).data.tasks).toEqual({ totalCount: 0, sources: [{ __typename: 'TaskSourceUnavailable' }] });
  answers[1]?.({ status: 501 });
  expect((await second).data.tasks).toEqual({ totalCount: 0, sources: [{ __typename: 'TaskSourceUnavailable' }] });
  expect(scenario.world.calls('astra-demo')).toHaveLength(2);
});

test('the subtasks of stale tasks come from the cache, and the plane is asked once for all of them', async () => {
  scenario = await FailingWorld.start('astra-demo');
  const parent = `{ tasks(first: 1, filter: { sourceNames: ["astra-demo"], topLevelOnly: true, text: "PARENT" }) {
    nodes { id subtasks { totalCount nodes { ... on AstraTask { id parent { id } warnings { __typename } } } } } sources { __typename } } }`;
  const plane = scenario.world.planes['astra-demo'];
  const id = plane.addTask({ summary: 'PARENT' });
  plane.addTask({ parentTaskID: id, summary: 'child one', orderHint: 1 });
  plane.addTask({ parentTaskID: id, summary: 'child two', orderHint: 2 });
  const before = await scenario.ask(parent);
  expect(before.errors).toBeUndefined();
  expect(before.data.tasks.nodes[0].subtasks.totalCount).toBe(2);

  scenario.fall(() => ({ status: 501 }));
  scenario.world.forgetCalls();
  const stale = await scenario.ask(parent);
  expect(stale.errors).toBeUndefined();
  expect(stale.data.tasks.sources).toEqual([{ __typename: 'TaskSourceStale' }]);
  expect(stale.data.tasks.nodes[0].subtasks.nodes).toEqual(
    before.data.tasks.nodes[0].subtasks.nodes.map((task: object) => ({ ...task, warnings: [{ __typename: 'StaleDataWarning' }] })),
  );
  expect(scenario.world.calls('astra-demo')).toHaveLength(1);
});
