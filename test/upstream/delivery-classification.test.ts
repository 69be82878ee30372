import { expect, test } from '@jest/globals';

import { SourceProblemError } from '../../src/model/source-problem.js';
import { classifyDelivery } from '../../src/upstream/action-delivery.js';
import type { PlaneErrorBody } from '../../src/upstream/response-problem.js';
import { answerOf } from './response.js';

const errorBody: PlaneErrorBody = {
  isFromPlane: true,
  code: 'NOT_NOW',
  message: 'Not now: https://inner.example/x\nsecond line',
  referenceToken: 'REF-1',
};
const classified = (status: number, headers: Readonly<Record<string, string>> = {}, body: PlaneErrorBody = errorBody) =>
  classifyDelivery({ kind: 'answered', response: answerOf(status, headers) }, () => body);

test.each([200, 201, 202, 204, 299])('%d accepts it', (status) => {
  expect(classified(status)).toEqual({ outcome: 'ACCEPTED' });
});

test.each([
  [400, 'PROBLEM', 'HTTP_STATUS', false],
  [401, 'PROBLEM', 'UNAUTHENTICATED', false],
  [403, 'PROBLEM', 'FORBIDDEN', false],
  [404, 'NOT_FOUND', 'NOT_FOUND', false],
  [409, 'CONFLICT', 'HTTP_STATUS', false],
  [422, 'PROBLEM', 'HTTP_STATUS', false],
  [429, 'PROBLEM', 'RATE_LIMITED', true],
])('%d rejects it: %s', (status, reason, kind, isRetryable) => {
  expect(classified(status, { 'retry-after': '3' })).toMatchObject({
    outcome: 'REJECTED',
    reason,
    isRetryable,
    retryAfterMs: 3_000,
    problem: { kind, httpStatus: status, referenceToken: 'REF-1', message: expect.stringMatching(/ It says: Not now: … second line$/) },
  });
});

test.each([100, 301, 302, 303, 307, 308, 500, 502, 503, 504, 599])('%d leaves it unknown', (status) => {
  expect(classified(status)).toMatchObject({ outcome: 'UNKNOWN', problem: { kind: 'HTTP_STATUS', httpStatus: status } });
});

test.each([400, 401, 403, 404, 405, 408, 409, 422])('%d of something in front of the plane leaves it unknown', (status) => {
  expect(classified(status, {}, { isFromPlane: false, code: null, message: null, referenceToken: null })).toEqual({
    outcome: 'UNKNOWN',
    problem: {
      kind: 'HTTP_STATUS',
      httpStatus: status,
      message: `Something in front of the plane, such as a proxy, seems to have answered with status ${status}. Check that url names its API.`,
      referenceToken: null,
    },
  });
});

test('a rate limit in front of the plane rejects it, because the request was not forwarded', () => {
  const body = { isFromPlane: false, code: null, message: null, referenceToken: null };
  expect(classified(429, { 'retry-after': '3' }, body)).toMatchObject({ outcome: 'REJECTED', isRetryable: true, retryAfterMs: 3_000 });
});

test('a web page with status 200 leaves it unknown', () => {
  const response = answerOf(200, {}, '\n<html>Sign in</html>');
  expect(classifyDelivery({ kind: 'answered', response }, () => errorBody)).toMatchObject({
    outcome: 'UNKNOWN',
    problem: { kind: 'MALFORMED_RESPONSE', httpStatus: 200 },
  });
});

test('without a message of the plane there is only that of the gateway', () => {
  expect(classified(400, {}, { isFromPlane: true, code: null, message: null, referenceToken: null })).toMatchObject({
    problem: { message: 'The plane answered with status 400.', referenceToken: null },
  });
});

test('an action that was not sent is rejected and retryable; a lost one is unknown', () => {
  const error = new SourceProblemError('UNREACHABLE', 'The plane refused the connection.', { retryAfterMs: 5 });
  expect(classifyDelivery({ kind: 'not-sent', error }, () => errorBody)).toEqual({
    outcome: 'REJECTED',
    reason: 'PROBLEM',
    problem: error.problem,
    isRetryable: true,
    retryAfterMs: 5,
  });
  expect(classifyDelivery({ kind: 'lost', error }, () => errorBody)).toEqual({ outcome: 'UNKNOWN', problem: error.problem });
});
