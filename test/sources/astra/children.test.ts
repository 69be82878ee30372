import { afterEach, beforeEach, expect, test } from '@jest/globals';

import 'reflect-metadata';
import { type PlaneAndSource, problemAnswer, startPlaneAndSource } from './plane-and-source.js';

let at: PlaneAndSource;
beforeEach(async () => {
  at = await startPlaneAndSource();
});
afterEach(() => at.close());

test('children are asked for with one filter', async () => {
  const parent = at.plane.addTask();
  const child = at.plane.addTask({ parentTaskID: parent });
  at.plane.addTask({ parentTaskID: child });
  expect(await idsOfChildren(parent)).toEqual([child]);
  expect(at.plane.server.calls.map(({ query }) => query.getAll('filter'))).toEqual([[`parentTaskID eq '${parent}'`]]);
});

test('children come in the order of their hints, those without one last, ties by id', async () => {
  const parent = at.plane.addTask();
  const child = (first: string, orderHint?: number): string =>
    at.plane.addTask({
      id: `${first}0000000-0000-4000-8000-000000000000`,
      parentTaskID: parent,
      ...(orderHint === undefined ? {} : { orderHint }),
    });
  const [last, third, second, fourth, first, lastButOne] = [
    child('f'),
    child('c', 1),
    child('b', 0),
    child('a', 1.5),
    child('d', -1),
    child('e'),
  ];
  expect(await idsOfChildren(parent)).toEqual([first, second, third, fourth, lastButOne, last]);
});

test('a plane that does not filter is not believed', async () => {
  const parent = at.plane.addTask();
  const child = at.plane.addTask({ parentTaskID: parent });
  at.plane.server.fault = (_call, handle) => ({ ...handle(), body: { items: at.plane.tasks, metadata: {} } });
  expect(await idsOfChildren(parent)).toEqual([child]);
});

test('children on further pages are found', async () => {
  const parent = at.plane.addTask();
  const children = [0, 1, 2].map((orderHint) => at.plane.addTask({ parentTaskID: parent, orderHint }));
  at.plane.pageSize = 1;
  expect(await idsOfChildren(parent)).toEqual(children);
});

test('what is no id is never sent', async () => {
  expect(await idsOfChildren("x' or '1")).toEqual([]);
  expect(at.plane.server.calls).toEqual([]);
});

test('a plane that does not say is an error', async () => {
  at.plane.server.fault = () => problemAnswer(403, 11);
  await expect(idsOfChildren(at.plane.addTask())).rejects.toMatchObject({ problem: { kind: 'FORBIDDEN' } });
});

async function idsOfChildren(parent: string): Promise<readonly string[]> {
  return ((await at.source.readChildren?.(parent, at.request)) ?? []).map(({ sourceTaskId }) => sourceTaskId);
}
