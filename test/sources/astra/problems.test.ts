import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import 'reflect-metadata';
import { astra } from '../../../src/sources/astra/astra-source.js';
import { SourceProblemError } from '../../../src/model/source-problem.js';
import { createSourceSettings } from '../../support/source-settings.js';
import { type PlaneAndSource, problemAnswer, startPlaneAndSource } from './plane-and-source.js';

let at: PlaneAndSource;
beforeEach(async () => {
  at = await startPlaneAndSource();
});
afterEach(() => at.close());

test.each([
  [400, 5, 'HTTP_STATUS'],
  [400, 33, 'HTTP_STATUS'],
  [401, 3, 'UNAUTHENTICATED'],
  [401, 4, 'UNAUTHENTICATED'],
  [401, 166, 'UNAUTHENTICATED'],
  [403, 11, 'FORBIDDEN'],
  [403, 14, 'FORBIDDEN'],
  [404, 2, 'NOT_FOUND'],
  [404, 18, 'NOT_FOUND'],
  [406, 32, 'HTTP_STATUS'],
  [500, 34, 'HTTP_STATUS'],
  [502, 40, 'HTTP_STATUS'],
  [503, 24, 'HTTP_STATUS'],
])('status %d with problem %d is %s, with its support key', async (status, number, kind) => {
  at.plane.server.fault = () => problemAnswer(status, number, { correlationID: 'e5b1-77', invalidParams: [{ name: 'x', reason: 'y' }] });
  expect((await failure()).problem).toMatchObject({ kind, httpStatus: status, referenceToken: 'e5b1-77' });
});

test('429 is RATE_LIMITED and says when to come back', async () => {
  at.plane.server.fault = () => ({ status: 429, headers: { 'retry-after': '700' }, body: '' });
  expect(await failure()).toMatchObject({ problem: { kind: 'RATE_LIMITED' }, retryAfterMs: 700_000 });
});

test('a wrong token is refused by the plane', async () => {
  const refusal = { problem: { kind: 'UNAUTHENTICATED', httpStatus: 401, referenceToken: expect.any(String) } };
  const source = at.sourceWith({}, 'wrong');
  const id = at.plane.addTask();
  await expect(source.list(at.request)).rejects.toMatchObject(refusal);
  expect((await source.read([id], at.request)).get(id)).toMatchObject(refusal);
});

test('another account than the plane has is not found there, and no task of it is said to be absent', async () => {
  const settings = { ...at.plane.settings, accountId: '11111111-1111-4111-8111-111111111111' };
  const source = astra.create(createSourceSettings(at.plane.url), settings);
  const id = at.plane.addTask();
  await expect(source.list(at.request)).rejects.toMatchObject({ problem: { kind: 'NOT_FOUND', httpStatus: 404 } });
  expect((await source.read([id], at.request)).get(id)).toMatchObject({ problem: { kind: 'NOT_FOUND', httpStatus: 404 } });
  await source.upstream.close();
});

describe('bodies that are no problem document', () => {
  test.each(['', '<html>Bad gateway</html>', 'null', '[]', '7', '{"type":5,"correlationID":{}}', '{"type":"about:blank"}'])(
    '%j',
    async (body) => {
      at.plane.server.fault = () => ({ status: 502, body });
      expect((await failure()).problem).toMatchObject({ kind: 'HTTP_STATUS', httpStatus: 502, referenceToken: null });
    },
  );
});

test.each([301, 302, 307, 308])('a redirect with status %d is not followed', async (status) => {
  at.plane.server.fault = () => ({ status, headers: { location: `${at.plane.url}/elsewhere` }, body: '' });
  expect((await failure()).problem).toMatchObject({ kind: 'HTTP_STATUS', httpStatus: status });
  expect(at.plane.server.calls).toHaveLength(1);
});

test('a connection that is dropped is UNREACHABLE', async () => {
  at.plane.server.fault = () => 'hang-up';
  expect((await failure()).problem.kind).toBe('UNREACHABLE');
});

test('a support key is made one short line without a URL', async () => {
  at.plane.server.fault = () => problemAnswer(500, 34, { correlationID: `a\nb https://evil.example/x ${'z'.repeat(1000)}` });
  const { referenceToken } = (await failure()).problem;
  expect(referenceToken).toMatch(/^a b … z+…$/);
  expect(referenceToken?.length).toBeLessThanOrEqual(300);
});

test('no problem tells the token', async () => {
  const { token } = at.plane.settings.credentials;
  at.plane.server.fault = () => ({ status: 500, body: JSON.stringify({ detail: token }) });
  expect(JSON.stringify((await failure()).problem)).not.toContain(token);
});

async function failure(): Promise<SourceProblemError> {
  try {
    await at.source.list(at.request);
  } catch (error) {
    if (error instanceof SourceProblemError) return error;
  }
  throw new Error('A SourceProblemError was expected.');
}
