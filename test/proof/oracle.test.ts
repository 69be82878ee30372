import { expect, test } from '@jest/globals';

import { refusals } from './action-faults.js';
import { type Case, judge } from './oracle.js';
import type { Arrival } from './proof-plane.js';

const [fault] = refusals.filter(({ name }) => name === '401 always');

/** Two gateways that each get a request for the same action, a plane that refuses every token, and what has arrived. */
function refusedTwice(answers: readonly Arrival['answer'][]): Case {
  if (fault === undefined) throw new Error('There is no such fault.');
  const problem = { kind: 'UNAUTHENTICATED', message: 'm', httpStatus: 401, referenceToken: null } as const;
  const error = { __typename: 'TaskSourceError', message: 'm', path: [], problem, isRetryable: false, retryAfterMs: null } as const;
  const answer = { taskId: 't', outcome: 'REJECTED', errors: [error], task: null, isRepeat: false, key: null, action: 'RETRY' } as const;
  const arrivals = answers.map((one) => ({ action: 'RETRY' as const, answer: one, isApplied: false }));
  return {
    task: { id: 't', isCredentials: false, fault, blindReads: 0, status: 'FAILED', arrivals },
    connection: 'open',
    answers: ['1', '2'].map((auditId) => ({ ...answer, auditId })),
    journal: ['REJECTED', 'REJECTED'],
  };
}

test('each of two actions may be sent once more with a new token, and no more than that', () => {
  expect(judge(refusedTwice(['refused the token', 401, 401, 401]))).toMatchObject({ isDoubled: false, wrong: [] });
  expect(judge(refusedTwice(['refused the token', 401, 401, 401, 401])).wrong).toEqual(['more was sent than clients got results for']);
});
