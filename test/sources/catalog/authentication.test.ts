import { afterEach, expect, test } from '@jest/globals';

import { maxConcurrentTaskReads } from '../../../src/sources/source.js';
import { CatalogBench, type BenchOptions } from './catalog-bench.js';
import { buildPlaneError } from '../../support/plane-errors.js';

let bench: CatalogBench;
const start = async (options?: BenchOptions): Promise<string> => {
  bench = await CatalogBench.start(options);
  return bench.plane.addTask({ id: 'one', status: 'running' });
};
afterEach(() => bench.close());

const hour = 3_600_000;

/** Lets the plane answer logins otherwise. */
function failLogins(status: number, body: unknown = {}): void {
  bench.plane.server.fault = (call, handle) => (call.path === '/service-account-token' ? { status, body } : handle());
}

test('client credentials are sent once, as RFC 6749 says, for all reads that wait', async () => {
  await start();
  const ids = Array.from({ length: 20 }, (_, place) => bench.plane.addTask({ id: `task-${place}` }));
  await Promise.all([bench.source.read(ids, bench.request()), bench.list('one'), bench.reading('one')]);
  expect(bench.logIns()).toBe(1);
  const { clientId, clientSecret } = bench.plane.tokens;
  expect(bench.plane.server.calls[0]).toMatchObject({
    method: 'POST',
    path: '/service-account-token',
    body: 'grant_type=client_credentials',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
  });
});

test.each([
  [3600, 0.8 * hour],
  [60, 48_000],
  [null, 0.8 * hour],
])('a token that lives %p seconds is renewed after four fifths of them', async (lifeS, renewedAfterMs) => {
  const id = await start();
  bench.plane.tokens.lifeS = lifeS;
  await bench.reading(id);
  bench.now += renewedAfterMs - 1;
  await bench.reading(id);
  expect(bench.logIns()).toBe(1);
  bench.now += 1;
  await bench.reading(id);
  expect(bench.logIns()).toBe(2);
});

test.each([[503], [401]])('a renewal that fails with %i costs nothing while the old token lasts', async (status) => {
  const id = await start();
  await bench.reading(id);
  failLogins(status, buildPlaneError('catalog', status));
  bench.now += 0.9 * hour;
  await bench.reading(id);
  await bench.reading(id);
  bench.now += 0.2 * hour;
  expect((await bench.problem(id)).problem.kind).toBe(status === 401 ? 'UNAUTHENTICATED' : 'HTTP_STATUS');
});

test.each([[400], [401], [403]])('after a login that is refused with %i the plane gets no call for half a minute', async (status) => {
  const id = await start();
  failLogins(status, buildPlaneError('catalog', status, { code: 'unauthorized', request_id: 'req-1' }));
  const expected = {
    kind: 'UNAUTHENTICATED',
    message: 'The plane refused the credentials. Its code is unauthorized.',
    httpStatus: status,
    referenceToken: 'req-1',
  };
  expect((await bench.problem(id)).problem).toEqual(expected);
  bench.now += 10_000;
  const again = await bench.problem(id);
  expect([again.problem, again.retryAfterMs]).toEqual([expected, 20_000]);
  await expect(bench.list(id)).rejects.toMatchObject({ problem: expected });
  expect(bench.logIns()).toBe(1);
  bench.plane.server.fault = null;
  bench.now += 20_000;
  expect(await bench.answer(id)).toMatchObject({ sourceTaskId: id });
  expect(bench.logIns()).toBe(2);
});

test.each([
  [404, 'NOT_FOUND'],
  [429, 'RATE_LIMITED'],
  [500, 'HTTP_STATUS'],
  [302, 'HTTP_STATUS'],
])('a login with status %i is the problem %s, and the next read tries again', async (status, kind) => {
  const id = await start();
  failLogins(status, buildPlaneError('catalog', status));
  expect((await bench.problem(id)).problem.kind).toBe(kind);
  bench.plane.server.fault = null;
  expect(await bench.answer(id)).toMatchObject({ sourceTaskId: id });
});

test.each([['not JSON'], [{}], [[]], [{ access_token: '' }], [{ access_token: 'a\r\nx: y' }], [{ access_token: 7 }]])(
  'a login with the body %j is a malformed response',
  async (body) => {
    const id = await start();
    failLogins(200, body);
    expect((await bench.problem(id)).problem.kind).toBe('MALFORMED_RESPONSE');
    expect(bench.requestedIds()).toEqual([]);
  },
);

test.each(['60', '60.0'])('a life that is sent as the text %j is read', async (life) => {
  const id = await start();
  bench.plane.server.fault = (call, handle) =>
    call.path === '/service-account-token'
      ? { status: 200, body: { access_token: bench.plane.tokens.issue(), expires_in: life } }
      : handle();
  await bench.reading(id);
  bench.now += 47_999;
  await bench.reading(id);
  expect(bench.logIns()).toBe(1);
  bench.now += 1;
  await bench.reading(id);
  expect(bench.logIns()).toBe(2);
});

test('an unreadable life counts as an hour', async () => {
  const id = await start();
  bench.plane.server.fault = (call, handle) =>
    call.path === '/service-account-token'
      ? { status: 200, body: { access_token: bench.plane.tokens.issue(), expires_in: 'soon' } }
      : handle();
  await bench.reading(id);
  bench.now += 0.8 * hour - 1;
  await bench.reading(id);
  expect(bench.logIns()).toBe(1);
});

test('after a 401 all reads together get one new token and one more attempt', async () => {
  const id = await start();
  bench.plane.addTask({ id: 'two' });
  await bench.reading(id);
  bench.plane.tokens.revokeAll();
  const answers = await bench.source.read([id, 'two'], bench.request());
  expect([...answers.values()]).toMatchObject([{ sourceTaskId: id }, { sourceTaskId: 'two' }]);
  expect(bench.logIns()).toBe(2);
});

test('a new token that is refused is not replaced at once', async () => {
  const id = await start();
  bench.plane.server.fault = (call, handle) =>
    call.path.includes('catalog_tasks') ? { status: 401, body: buildPlaneError('catalog', 401) } : handle();
  expect((await bench.problem(id)).problem).toMatchObject({ kind: 'UNAUTHENTICATED', httpStatus: 401 });
  expect([bench.logIns(), bench.requestedIds().length]).toEqual([1, 1]);
});

test('a completed task shows that the token is accepted, so that its refusal is answered with a new one', async () => {
  await start();
  const id = bench.plane.addTask({ id: 'done', status: 'completed' });
  await bench.reading(id);
  bench.plane.tokens.revokeAll();
  expect(await bench.answer(id)).toMatchObject({ sourceTaskId: id });
  expect(bench.logIns()).toBe(2);
});

test('a token that is refused as RFC 6750 says, with a challenge and a JSON body, is replaced each time', async () => {
  const id = await start();
  bench.plane.server.fault = (call, handle) => {
    const response = handle();
    if (!call.path.includes('catalog_tasks') || response.status !== 401) return response;
    return { status: 401, headers: { 'www-authenticate': 'Bearer realm="c", error="invalid_token"' }, body: { error: 'invalid_token' } };
  };
  for (let revocations = 0; revocations < 6; revocations++) {
    expect(await bench.answer(id)).toMatchObject({ sourceTaskId: id });
    bench.now += 300_000;
    bench.plane.tokens.revokeAll();
  }
  expect(bench.logIns()).toBe(6);
});

test('a configured token is sent as it is, and a 401 is not retried', async () => {
  const id = await start({ token: (plane) => plane.tokens.issue() });
  await bench.reading(id);
  bench.plane.tokens.revokeAll();
  expect((await bench.problem(id)).problem.kind).toBe('UNAUTHENTICATED');
  expect([bench.logIns(), bench.requestedIds().length]).toEqual([0, 2]);
});

test('when the credentials are refused, the remaining tasks are not read', async () => {
  await start({ token: () => 'bad' });
  const ids = Array.from({ length: 30 }, (_, place) => `task-${place}`);
  await expect(bench.list(...ids)).rejects.toMatchObject({ problem: { kind: 'UNAUTHENTICATED' } });
  expect(bench.requestedIds().length).toBeLessThanOrEqual(maxConcurrentTaskReads);
});

test('no secret is in any problem', async () => {
  const id = await start();
  const { clientSecret } = bench.plane.tokens;
  bench.plane.server.fault = (call) => ({ status: 500, body: { message: JSON.stringify(call.headers) } });
  const { message, problem, cause } = await bench.problem(id);
  const secrets = [clientSecret, Buffer.from(`tributary:${clientSecret}`).toString('base64')];
  for (const secret of secrets) expect(JSON.stringify([message, problem, cause])).not.toContain(secret);
});
