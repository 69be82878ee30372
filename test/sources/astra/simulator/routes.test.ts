import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import 'reflect-metadata';
import { type PlaneAndSource, startPlaneAndSource } from '../plane-and-source.js';

let at: PlaneAndSource;
beforeEach(async () => {
  at = await startPlaneAndSource();
});
afterEach(() => at.close());

/** Asks the plane as any client could; `query` is sent as it is. */
async function ask(path = '', init: { method?: string; token?: string | null; accountId?: string } = {}) {
  const { method = 'GET', token = at.plane.settings.credentials.token, accountId = at.plane.settings.accountId } = init;
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${at.plane.url}/accounts/${accountId}/core/v1/tasks${path}`, { method, headers });
  return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as Answer };
}
interface Answer {
  items: { id: string }[];
  metadata: Record<string, unknown>;
  [member: string]: unknown;
}

test.each([
  [{ token: null }, '', 401, 3],
  [{ token: 'wrong' }, '', 401, 4],
  [{ accountId: '11111111-1111-4111-8111-111111111111' }, '', 404, 18],
  [{ accountId: 'odd' }, '', 400, 33],
  [{}, '/11111111-1111-4111-8111-111111111111', 404, 1],
  [{}, '/11111111-1111-1111-8111-111111111111', 400, 35],
  [{}, '/odd', 400, 35],
  [{}, '/a/b', 404, 2],
  [{}, '?orderBy=id', 400, 6],
  [{}, '?continue=eA==', 400, 6],
  [{}, '?limit=0', 400, 5],
  [{}, '?include=', 400, 5],
  [{}, '?filter=state', 400, 5],
  [{ method: 'PUT' }, '', 405, 69],
  [{ method: 'DELETE' }, '/11111111-1111-4111-8111-111111111111', 405, 69],
])('%j %s is answered with %d, problem %d', async (init, path, status, number) => {
  const answer = await ask(path, init);
  expect(answer).toMatchObject({
    status,
    type: 'application/problem+json',
    body: { type: `https://astra.netapp.io/problems/${number}`, status: String(status), correlationID: expect.any(String) },
  });
});

test('refused parameters are named', async () => {
  expect((await ask('?skip=1&count=true')).body.invalidParams).toMatchObject([{ name: 'skip' }, { name: 'count' }]);
  expect((await ask('?filter=x&limit=y')).body.invalidParams).toMatchObject([{ name: 'limit' }, { name: 'filter' }]);
});

test('a limit caps the list, and no further page is named', async () => {
  const { body } = await ask('?limit=2');
  expect(body.items).toHaveLength(2);
  expect(body.metadata).toEqual({});
});

test('a token that the plane did not make is refused', async () => {
  at.plane.pageSize = 5;
  expect((await ask('?continue=odd')).body).toMatchObject({ status: '400', invalidParams: [{ name: 'continue' }] });
});

test('one task has the media type of the resource', async () => {
  const id = at.plane.addTask();
  expect(await ask(`/${id}`)).toMatchObject({ status: 200, type: 'application/astra-task+json', body: { id } });
});

describe('filters', () => {
  const addTasks = (): Record<'small' | 'large', string> => ({
    small: at.plane.addTask({
      name: 'test.small',
      orderHint: 9,
      startTime: '2026-01-01T00:00:00,5Z',
      metadata: { labels: [{ name: 'of', value: 'us' }] },
    }),
    large: at.plane.addTask({ name: 'test.large', orderHint: 10, startTime: '2026-01-02T00:00:00Z', metadata: { labels: [] } }),
  });

  test.each<[string, readonly ('small' | 'large')[]]>([
    ["name eq 'test.small'", ['small']],
    ["name in 'test.'", ['small', 'large']],
    ["name gt 'test.large'", ['small']],
    ["name lt 'test.'", []],
    ["orderHint lt '10'", ['small']],
    ["orderHint lte '10'", ['small', 'large']],
    ["orderHint gte '10'", ['large']],
    ["startTime gt '2026-01-01T00:00:00.499Z'", ['small', 'large']],
    ["startTime lte '2026-01-01T00:00:00.500Z'", ['small']],
    ["metadata.labels[*].value eq 'us'", ['small']],
    ["name eq 'test.small',name eq 'test.small'", ['small']],
    ["nothing eq '1'", []],
    ["name.deeper eq '1'", []],
  ])('%s', async (filter, names) => {
    const added = addTasks();
    const { body } = await ask(`?filter=${encodeURIComponent(filter)}&filter=${encodeURIComponent("startTime lt '2026-01-03T00:00:00Z'")}`);
    const found = body.items.map(({ id }) => id);
    expect(found.toSorted()).toEqual(names.map((name) => added[name]).toSorted());
  });

  test.each([
    'state eq running',
    "state ne 'running'",
    "state eq ''",
    "state eq 'a' and name eq 'b'",
    "state eq 'a',name eq 'b'",
    "state eq 'a',",
    "state eq 'a'b'",
    "state  eq 'a'",
    ".state eq 'a'",
    "state eq 'a+b'",
    "state eq 'é'",
    '',
  ])('%s is refused', async (filter) => {
    expect((await ask(`?filter=${encodeURIComponent(filter)}`)).body).toMatchObject({ status: '400', invalidParams: [{ name: 'filter' }] });
  });
});
