import { expect, test } from '@jest/globals';

import { deriveProvenOutcome } from '../../../src/gateway/actions/reconcile.js';
import type { TaskStatus } from '../../../src/model/task-status.js';

test.each<['RETRY' | 'CANCEL', TaskStatus, TaskStatus | null, string]>([
  ['RETRY', 'FAILED', 'RUNNING', 'ACCEPTED'],
  ['RETRY', 'FAILED', 'SUCCEEDED', 'ACCEPTED'],
  ['RETRY', 'FAILED', 'FAILED', 'UNKNOWN'],
  ['RETRY', 'FAILED', 'CANCELLED', 'UNKNOWN'],
  ['RETRY', 'FAILED', 'UNKNOWN', 'UNKNOWN'],
  ['RETRY', 'FAILED', null, 'UNKNOWN'],
  ['RETRY', 'UNKNOWN', 'RUNNING', 'UNKNOWN'],
  ['CANCEL', 'RUNNING', 'CANCELLING', 'ACCEPTED'],
  ['CANCEL', 'FAILED', 'CANCELLED', 'ACCEPTED'],
  ['CANCEL', 'RUNNING', 'SUCCEEDED', 'UNKNOWN'],
  ['CANCEL', 'RUNNING', 'RUNNING', 'UNKNOWN'],
])('after %s was sent while the task was %s, the status %s proves %s', (action, statusBefore, status, outcome) => {
  expect(deriveProvenOutcome({ auditId: 'a', taskId: 't', action, statusBefore }, status && { status })).toBe(outcome);
});
