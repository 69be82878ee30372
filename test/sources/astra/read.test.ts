import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import 'reflect-metadata';
import { SourceProblemError } from '../../../src/model/source-problem.js';
import { type PlaneAndSource, problemAnswer, startPlaneAndSource } from './plane-and-source.js';

const absent = '11111111-1111-4111-8111-111111111111';

let at: PlaneAndSource;
beforeEach(async () => {
  at = await startPlaneAndSource();
});
afterEach(() => at.close());

test('a task is read by its id', async () => {
  const id = at.plane.addTask({ summary: 'One' });
  const reading = (await at.source.read([id], at.request)).get(id);
  expect(reading).toMatchObject({ sourceTaskId: id });
  expect(at.plane.server.calls.map(({ path }) => path)).toEqual([`/accounts/${at.plane.settings.accountId}/core/v1/tasks/${id}`]);
});

test('every id has its own answer, each is asked for once', async () => {
  const broken = at.plane.addTask();
  const good = at.plane.addTask();
  at.plane.server.fault = (call, handle) => (call.path.endsWith(broken) ? problemAnswer(501, 41) : handle());
  const answers = await at.source.read([good, absent, broken, good, '..'], at.request);
  expect([...answers.keys()].toSorted()).toEqual([good, absent, broken, '..'].toSorted());
  expect(answers.get(good)).toMatchObject({ sourceTaskId: good });
  expect(answers.get(absent)).toBeNull();
  expect(answers.get('..')).toBeNull();
  expect(answers.get(broken)).toMatchObject({ problem: { kind: 'HTTP_STATUS', httpStatus: 501 } });
  expect(at.plane.server.calls).toHaveLength(3);
});

test('nothing is asked for no ids', async () => {
  expect(await at.source.read([], at.request)).toEqual(new Map());
  expect(at.plane.server.calls).toEqual([]);
});

test('at most nine are asked for at the same time', async () => {
  const ids = Array.from({ length: 20 }, () => at.plane.addTask());
  const waiting: (() => void)[] = [];
  let [atOnce, most, answered] = [0, 0, 0];
  at.plane.server.fault = async (call, handle) => {
    if (call.path === '/probe') return handle();
    most = Math.max(most, ++atOnce);
    const isLastOfRound = atOnce === Math.min(9, ids.length - answered);
    const turn = new Promise<void>((resolve) => void waiting.push(resolve));
    if (isLastOfRound) {
      // A whole exchange of its own: a tenth request that was on its way has arrived by then.
      await fetch(`${at.plane.url}/probe`);
      for (const answer of waiting.splice(0)) answer();
    }
    await turn;
    atOnce--;
    answered++;
    return handle();
  };
  const answers = await at.source.read(ids, at.request);
  expect(ids.map((id) => answers.get(id))).toMatchObject(ids.map((sourceTaskId) => ({ sourceTaskId })));
  expect(most).toBe(9);
});

describe('no such task', () => {
  test.each([
    [404, 1],
    [400, 33],
    [400, 35],
  ])('status %d with problem %d says so', async (status, number) => {
    at.plane.server.fault = () => problemAnswer(status, number);
    expect((await at.source.read([absent], at.request)).get(absent)).toBeNull();
  });

  test('an id of a version that the plane does not accept is no task', async () => {
    const versionSeven = '01890a5d-ac96-774b-bcce-b302099a8057';
    expect((await at.source.read([versionSeven], at.request)).get(versionSeven)).toBeNull();
    expect(at.plane.server.calls).toHaveLength(1);
  });

  test.each([
    [404, 2],
    [404, 18],
    [400, 1],
    [404, 35],
    [400, 5],
  ])('status %d with problem %d does not say so', async (status, number) => {
    at.plane.server.fault = () => problemAnswer(status, number);
    expect((await at.source.read([absent], at.request)).get(absent)).toBeInstanceOf(SourceProblemError);
  });

  test('a page of a proxy with status 404 does not say so', async () => {
    at.plane.server.fault = () => ({ status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not found</h1>' });
    expect((await at.source.read([absent], at.request)).get(absent)).toMatchObject({ problem: { kind: 'HTTP_STATUS', httpStatus: 404 } });
  });
});

test.each([['null'], ['[]'], ['{}'], [`{"id":"22222222-2222-4222-8222-222222222222"}`], ['<html>']])('%s is not the task', async (body) => {
  at.plane.server.fault = () => ({ status: 200, body });
  expect((await at.source.read([absent], at.request)).get(absent)).toMatchObject({ problem: { kind: 'MALFORMED_RESPONSE' } });
});

test('a read ends when its signal aborts', async () => {
  const id = at.plane.addTask();
  const abort = new AbortController();
  at.plane.server.fault = () => {
    abort.abort();
    return 'silence';
  };
  const answers = await at.source.read([id], { ...at.request, signal: abort.signal });
  expect(answers.get(id)).toMatchObject({ problem: { kind: 'TIMEOUT' } });
});
