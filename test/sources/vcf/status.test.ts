import { expect, test } from '@jest/globals';

import type { VcfCredentialsSubtask, VcfSubtask } from '../../../src/sources/vcf/types.js';
import type { TaskStatus } from '../../../src/model/task-status.js';
import { credentials, ordinary } from './translated.js';

const table: readonly [string, TaskStatus][] = [
  ['PENDING', 'PENDING'],
  ['Pending', 'PENDING'],
  ['IN_PROGRESS', 'RUNNING'],
  ['In Progress', 'RUNNING'],
  ['IN PROGRESS', 'RUNNING'],
  ['in-progress', 'RUNNING'],
  ['SUCCESSFUL', 'SUCCEEDED'],
  ['Successful', 'SUCCEEDED'],
  ['FAILED', 'FAILED'],
  ['Failed', 'FAILED'],
  ['CANCELLED', 'CANCELLED'],
  ['Cancelled', 'CANCELLED'],
  ['COMPLETED_WITH_WARNING', 'SUCCEEDED_WITH_WARNINGS'],
  ['Completed With Warning', 'SUCCEEDED_WITH_WARNINGS'],
  ['SKIPPED', 'SKIPPED'],
  ['Skipped', 'SKIPPED'],
  ['QUEUED', 'QUEUED'],
  ['Queued', 'QUEUED'],
  ['TIMED_OUT', 'TIMED_OUT'],
  ['Timed Out', 'TIMED_OUT'],
  ['NOT_APPLICABLE', 'SKIPPED'],
  ['Not Applicable', 'SKIPPED'],
  ['USER_CANCELLED', 'CANCELLED'],
  ['INCONSISTENT', 'FAILED'],
];

test.each(table)('%s is %s, for tasks, subtasks and stages of both lists, and is kept as sent', (sent, status) => {
  const task = ordinary({ status: sent, subTasks: [{ name: 'a', status: sent, stages: [{ name: 's', status: sent }] }] });
  const [subtask] = task.parts as VcfSubtask[];
  const credentialsTask = credentials({ status: sent, subTasks: [{ status: sent, dependentSubTasks: [{ status: sent }] }] });
  const [credential] = credentialsTask.parts as VcfCredentialsSubtask[];
  for (const work of [task, subtask, subtask?.stages[0], credentialsTask, credential, credential?.children[0]]) {
    expect(work).toMatchObject({ status, sourceStatus: sent });
  }
  expect(task.warnings).toEqual([]);
});

test.each(['PREVALIDATION_FAILED', 'constructor', '__proto__', '', 'toString'])('%j is UNKNOWN, with a warning', (sent) => {
  const task = ordinary({ status: sent });
  expect(task).toMatchObject({ status: 'UNKNOWN', sourceStatus: sent, isFinished: false, isSuccessful: null });
  expect(task.warnings).toMatchObject([{ __typename: 'UnmappedStatusWarning', sourceStatus: sent }]);
});

test('a missing status is UNKNOWN, and unknown ones of subtasks are named once', () => {
  const task = ordinary({
    status: null,
    subTasks: [
      { name: 'a', status: 'Odd' },
      { name: 'b', status: 'Odd', stages: [{ status: 'SUCCESSFUL' }] },
    ],
  });
  expect(task.sourceStatus).toBeNull();
  expect(task.warnings).toMatchObject([{ sourceStatus: null }, { sourceStatus: 'Odd' }]);
});
