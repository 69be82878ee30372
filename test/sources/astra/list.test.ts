import { afterEach, beforeEach, expect, test } from '@jest/globals';

import 'reflect-metadata';
import { type PlaneAndSource, problemAnswer, startPlaneAndSource } from './plane-and-source.js';

let at: PlaneAndSource;
beforeEach(async () => {
  at = await startPlaneAndSource();
});
afterEach(() => at.close());

test('one call without parameters lists every task of the plane', async () => {
  const answer = await at.source.list(at.request);
  expect(answer).toMatchObject({ unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null });
  expect(answer.tasks.map(({ sourceTaskId }) => sourceTaskId)).toEqual(at.plane.tasks.map(({ id }) => id));
  const [call, ...others] = at.plane.server.calls;
  expect(others).toEqual([]);
  expect(call).toMatchObject({ method: 'GET', path: `/accounts/${at.plane.settings.accountId}/core/v1/tasks`, body: '' });
  expect([...(call?.query.keys() ?? [])]).toEqual([]);
  expect(call?.headers).toMatchObject({ authorization: `Bearer ${at.plane.settings.credentials.token}`, accept: '*/*' });
});

test('the path of the base URL stands in front of the route', async () => {
  const source = at.sourceWith({ url: new URL(`${at.plane.url}/gate/`) });
  await expect(source.list(at.request)).rejects.toMatchObject({ problem: { kind: 'NOT_FOUND' } });
  expect(at.plane.server.calls.at(-1)?.path).toBe(`/gate/accounts/${at.plane.settings.accountId}/core/v1/tasks`);
});

test('a page that is named is followed to the end', async () => {
  at.plane.pageSize = 10;
  const answer = await at.source.list(at.request);
  expect(answer).toMatchObject({ isComplete: true, problem: null });
  expect(answer.tasks).toHaveLength(at.plane.tasks.length);
  expect(at.plane.server.calls).toHaveLength(Math.ceil(at.plane.tasks.length / 10));
  expect(at.plane.server.calls.slice(1).every(({ query }) => [...query.keys()].join() === 'continue')).toBe(true);
});

test('a token that repeats ends the list, which is then incomplete', async () => {
  at.plane.pageSize = 10;
  at.plane.repeatContinue = true;
  const answer = await at.source.list(at.request);
  expect(at.plane.server.calls).toHaveLength(2);
  expect(answer).toMatchObject({ isComplete: false, problem: { kind: 'MALFORMED_RESPONSE' } });
  expect(answer.tasks).toHaveLength(10);
});

test('a token that is refused as unsupported ends the list, which is then incomplete', async () => {
  at.plane.pageSize = 10;
  at.plane.refuseContinue = true;
  const answer = await at.source.list(at.request);
  expect(answer).toMatchObject({ isComplete: false, problem: { kind: 'HTTP_STATUS', httpStatus: 400 } });
  expect(answer.tasks).toHaveLength(10);
});

test('another failure of a further page ends the list, which is then incomplete; refused credentials are a failure of the list', async () => {
  at.plane.pageSize = 10;
  at.plane.server.fault = (call, handle) => (call.query.has('continue') ? problemAnswer(500, 34) : handle());
  const answer = await at.source.list(at.request);
  expect(answer).toMatchObject({ isComplete: false, problem: { kind: 'HTTP_STATUS', httpStatus: 500 } });
  expect(answer.tasks).toHaveLength(10);
  at.plane.server.fault = (call, handle) => (call.query.has('continue') ? problemAnswer(401, 3) : handle());
  await expect(at.source.list(at.request)).rejects.toMatchObject({ problem: { kind: 'UNAUTHENTICATED' } });
});

test('the same refusal of the first page is a failure of the list', async () => {
  at.plane.server.fault = () => problemAnswer(400, 6);
  await expect(at.source.list(at.request)).rejects.toMatchObject({ problem: { kind: 'HTTP_STATUS', httpStatus: 400 } });
});

test('maxPages cuts the list', async () => {
  at.plane.pageSize = 10;
  const answer = await at.sourceWith({ maxPages: 2 }).list(at.request);
  expect(at.plane.server.calls).toHaveLength(2);
  expect(answer).toMatchObject({ isComplete: false, problem: null });
  expect(answer.tasks).toHaveLength(20);
});

test('maxItems cuts the list, and only where there is more', async () => {
  const count = at.plane.tasks.length;
  const cut = await at.sourceWith({ maxItems: count - 1 }).list(at.request);
  expect(cut).toMatchObject({ isComplete: false, problem: null });
  expect(cut.tasks).toHaveLength(count - 1);
  expect(await at.sourceWith({ maxItems: count }).list(at.request)).toMatchObject({ isComplete: true });
  expect(await at.sourceWith({ maxItems: 0, maxPages: 0 }).list(at.request)).toMatchObject({ isComplete: true });
});

test('of items with one id the last one counts', async () => {
  const id = at.plane.addTask({ summary: 'New' });
  at.plane.server.fault = (call, handle) => {
    if (call.query.has('continue')) return handle();
    return { status: 200, body: { items: [{ id, summary: 'Old' }, ...Array(9).fill({})], metadata: { continue: tokenOf(0) } } };
  };
  at.plane.pageSize = 100;
  const answer = await at.source.list(at.request);
  expect(answer.tasks.filter(({ sourceTaskId }) => sourceTaskId === id).map((reading) => reading.translate().name)).toEqual(['New']);
  expect(answer.malformedCount).toBe(9);
});

test('items that cannot be read are counted, and cost no other', async () => {
  const id = at.plane.addTask();
  const malformed = [null, 7, 'text', [], {}, { id: 7 }, { id: '../x' }, { id: '' }];
  at.plane.server.fault = (_call, handle) => ({ ...handle(), body: { items: [...malformed, { id }] } });
  const answer = await at.source.list(at.request);
  expect(answer).toMatchObject({ malformedCount: malformed.length, isComplete: true });
  expect(answer.tasks.map(({ sourceTaskId }) => sourceTaskId)).toEqual([id]);
});

test('two readings of an unchanged task have equal fingerprints, those of a changed one do not', async () => {
  const id = at.plane.addTask({ percentDone: 1 });
  const fingerprint = async (): Promise<unknown> =>
    (await at.source.list(at.request)).tasks.find((reading) => reading.sourceTaskId === id)?.fingerprint;
  const before = await fingerprint();
  expect(before).toMatch(/^[\w-]{43}$/);
  expect(await fingerprint()).toEqual(before);
  at.plane.setTask(id, { percentDone: 2 });
  expect(await fingerprint()).not.toEqual(before);
});

test.each(['[]', '{}', '{"items":null}', '{"items":{}}', 'null', '"items"'])('%s is no list', async (body) => {
  at.plane.server.fault = () => ({ status: 200, body });
  await expect(at.source.list(at.request)).rejects.toMatchObject({ problem: { kind: 'MALFORMED_RESPONSE', httpStatus: 200 } });
});

function tokenOf(offset: number): string {
  return Buffer.from(`offset=${offset}`).toString('base64');
}
