import { describe, expect, test } from '@jest/globals';

import type { TaskStatus } from '../../../../src/task/model/status.js';
import { translateTask } from '../../../../src/sources/vcf/task.js';
import type { VcfCredentialsSubtask } from '../../../../src/sources/vcf/types/credentials-subtask.js';
import type { VcfSubtask } from '../../../../src/sources/vcf/types/subtask.js';
import { wireCredentialsSubtask, wireCredentialsTask, wireTask } from '../plane.js';

const ordinary = (more: Readonly<Record<string, unknown>>) =>
  translateTask('sfo', 'id-1', { task: wireTask('id-1', more), credentialsTask: null });
const credentials = (more: Readonly<Record<string, unknown>> = {}, task: Readonly<Record<string, unknown>> | null = null) =>
  translateTask('sfo', 'id-1', { task: task === null ? null : wireTask('id-1', task), credentialsTask: wireCredentialsTask('id-1', more) });
const at = Date.parse('2026-11-01T08:00:00.000Z');

describe('statuses', () => {
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
    const theirs = credentials({ status: sent, subTasks: [{ status: sent, dependentSubTasks: [{ status: sent }] }] });
    const [credential] = theirs.parts as VcfCredentialsSubtask[];
    for (const work of [task, subtask, subtask?.stages[0], theirs, credential, credential?.children[0]]) {
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
});

test('every field of an ordinary task has its place', () => {
  const task = ordinary({
    name: 'Commission hosts',
    type: 'HOST_COMMISSION',
    localizableDescriptionPack: { messageKey: 'k', message: 'Commissions two hosts.' },
    completionTimestamp: '2026-11-01T08:01:00Z',
    resources: [{ resourceId: 'h-1', type: 'Esxi', name: 'esx01', fqdn: 'esx01.example', sans: ['x'] }],
    resolutionStatus: 'UNRESOLVED',
    isCancellable: false,
    subTasks: [
      {
        name: 'Validate',
        type: 'VALIDATION',
        description: 'Validates.',
        status: 'SUCCESSFUL',
        creationTimestamp: '2026-11-01T08:00:00.000Z',
        completionTimestamp: '2026-11-01T08:00:30.000Z',
        resources: [{ resourceId: 'h-1', type: 'Esxi' }],
        documentationLink: { url: 'https://docs.example/validate', label: 'Docs' },
        stages: [
          { name: 'Stage A', type: 'CHECK', description: 'Checks.', status: 'SUCCESSFUL', creationTimestamp: '2026-11-01T08:00:00.000Z' },
        ],
        subTasks: [{ name: 'Inner', status: 'SKIPPED' }],
      },
    ],
  });
  expect(task).toEqual({
    __typename: 'VcfTask',
    id: 'sfo:id-1',
    sourceTaskId: 'id-1',
    sourceName: 'sfo',
    name: 'Commission hosts',
    description: 'Commissions two hosts.',
    operation: 'HOST_COMMISSION',
    status: 'SUCCEEDED',
    sourceStatus: 'Successful',
    isFinished: true,
    isSuccessful: true,
    createdAt: at,
    startedAt: null,
    finishedAt: at + 60_000,
    updatedAt: null,
    progress: { percent: 100, basis: 'DERIVED_FROM_SUBTASKS', completedSteps: 1, totalSteps: 1 },
    failures: [],
    rootCause: null,
    warnings: [],
    resources: [
      {
        __typename: 'TaskResource',
        id: 'resource:sfo:h-1',
        sourceResourceId: 'h-1',
        type: 'Esxi',
        name: 'esx01',
        fqdn: 'esx01.example',
        uri: null,
        sourceName: 'sfo',
      },
    ],
    resolutionStatus: 'UNRESOLVED',
    credentials: null,
    parentTaskId: null,
    position: null,
    parts: expect.any(Array),
    partResources: [expect.objectContaining({ id: 'resource:sfo:h-1' })],
    payload: expect.objectContaining({ isCancellable: false }),
  });
  expect(task.parts).toMatchObject([
    {
      __typename: 'VcfSubtask',
      index: 0,
      name: 'Validate',
      description: 'Validates.',
      operation: 'VALIDATION',
      createdAt: at,
      finishedAt: at + 30_000,
      resources: [{ id: 'resource:sfo:h-1' }],
      documentationUrl: 'https://docs.example/validate',
      progress: { completedSteps: 1, totalSteps: 1 },
      stages: [
        { __typename: 'VcfStage', index: 0, name: 'Stage A', operation: 'CHECK', description: 'Checks.', progress: null, createdAt: at },
      ],
      children: [{ __typename: 'VcfSubtask', name: 'Inner', status: 'SKIPPED', isSuccessful: true, children: [], stages: [] }],
    },
  ]);
});

test('every field of a credentials subtask has its place', () => {
  const task = credentials({ subTasks: [wireCredentialsSubtask({ dependentSubTasks: [{ name: 'dependent', status: 'PENDING' }] })] });
  expect(task.parts).toMatchObject([
    {
      __typename: 'VcfCredentialsSubtask',
      sourceSubtaskId: 'sub-1',
      name: 'esx01:SSH',
      description: 'Password rotate for esx01',
      status: 'FAILED',
      resourceName: 'esx01.example',
      entityType: 'ESXI',
      username: 'root',
      credentialType: 'SSH',
      progress: { completedSteps: 0, totalSteps: 1 },
      children: [{ name: 'dependent', sourceSubtaskId: null, status: 'PENDING' }],
    },
  ]);
  expect(task).toMatchObject({
    operation: 'ROTATE',
    description: null,
    resolutionStatus: null,
    resources: [],
    progress: { completedSteps: 0 },
  });
});

test('ordinary fields win where both lists have them', () => {
  const task = credentials({ name: 'theirs', status: 'FAILED' }, { name: 'ours', status: 'In Progress', type: 'X' });
  expect(task).toMatchObject({ name: 'ours', status: 'RUNNING', operation: 'ROTATE' });
});

test('the completion time of unfinished work is not believed', () => {
  const completionTimestamp = '2026-11-01T08:00:00.000Z';
  const task = ordinary({ status: 'In Progress', completionTimestamp, subTasks: [{ name: 'a', status: 'PENDING', completionTimestamp }] });
  expect([task.finishedAt, task.parts[0]?.finishedAt]).toEqual([null, null]);
});

test('progress counts finished leaves, skipped and failed ones too, and no stages', () => {
  const leaf = (status: string): Record<string, unknown> => ({ name: status, status, stages: [{ name: 's', status: 'PENDING' }] });
  const task = ordinary({
    status: 'In Progress',
    subTasks: [
      leaf('SUCCESSFUL'),
      { name: 'group', status: 'FAILED', subTasks: [leaf('SKIPPED'), leaf('FAILED'), leaf('PENDING')] },
      leaf('IN_PROGRESS'),
    ],
  });
  expect(task.progress).toEqual({ percent: 60, basis: 'DERIVED_FROM_SUBTASKS', completedSteps: 3, totalSteps: 5 });
  expect(task.parts[1]?.progress).toMatchObject({ completedSteps: 2, totalSteps: 3 });
  expect(ordinary({}).progress).toBeNull();
});

test.each([
  ['RESOLVED', 'RESOLVED'],
  ['Unresolved', 'UNRESOLVED'],
  ['HALF', 'UNKNOWN'],
  [null, null],
])('resolution %s is %s', (sent, resolutionStatus) => {
  expect(ordinary({ resolutionStatus: sent }).resolutionStatus).toBe(resolutionStatus);
});

test('names that are missing are made up, and say which work it is', () => {
  const task = ordinary({ name: null, subTasks: [{ status: 'PENDING', stages: [{ status: 'PENDING' }] }] });
  expect(task.name).toBe('VCF task id-1');
  expect(task.parts).toMatchObject([{ name: 'Subtask 1', stages: [{ name: 'Stage 1' }] }]);
});

test('what cannot be read is named and costs nothing else', () => {
  const task = ordinary({
    type: 7,
    creationTimestamp: 'yesterday',
    completionTimestamp: '',
    subTasks: [null, { name: 'good', status: 'SUCCESSFUL', documentationLink: { url: 'javascript:alert(1)' } }],
    resources: [{ type: 'no id' }, { resourceId: 'r', type: 'Esxi' }],
  });
  expect(task).toMatchObject({ operation: null, createdAt: null, finishedAt: null, resources: [{ sourceResourceId: 'r' }] });
  expect(task.parts).toMatchObject([{ name: 'good', documentationUrl: null }]);
  const [warning] = task.warnings;
  expect(warning).toMatchObject({ __typename: 'MalformedDataWarning' });
  expect(new Set((warning as { fields?: string[] }).fields)).toEqual(
    new Set(['type', 'creationTimestamp', 'subTasks[0]', 'subTasks[1].documentationLink.url', 'resources[0]']),
  );
});

test('odd fields of the credentials side are told from those of the task', () => {
  const task = credentials({ isAutoRotate: 'yes', type: null }, { type: 7 });
  expect(task.credentials).toEqual({ operationType: 'UNKNOWN', isAutoRotate: null });
  expect(task.warnings).toMatchObject([{ fields: ['type', 'credentialsTask.isAutoRotate'] }]);
});

test('subtasks nested fifty deep are translated to the last', () => {
  const nest = (depth: number): Record<string, unknown> => ({
    name: `level ${depth}`,
    status: 'FAILED',
    ...(depth === 50 ? { errors: [{ errorCode: 'DEEP', message: 'at the bottom' }] } : { subTasks: [nest(depth + 1)] }),
  });
  const task = ordinary({ status: 'FAILED', errors: [], subTasks: [nest(1)] });
  let subtask = task.parts[0] as VcfSubtask | undefined;
  let depth = 1;
  for (; subtask?.children[0] !== undefined && depth < 60; depth++) subtask = subtask.children[0];
  expect(depth).toBe(50);
  expect(task.progress).toMatchObject({ totalSteps: 1 });
  expect(task.rootCause).toMatchObject({ code: 'DEEP', subtaskPath: Array.from({ length: 50 }, (_, place) => `level ${place + 1}`) });
});
