import { expect, test } from '@jest/globals';

import type { VcfSubtask } from '../../../src/sources/vcf/types.js';
import { wireCredentialsSubtask } from './plane.js';
import { credentials, ordinary } from './translated.js';

const at = Date.parse('2026-11-01T08:00:00.000Z');

test('every field of an ordinary task is translated', () => {
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

test('every field of a credentials subtask is translated', () => {
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

test('the completion time of unfinished work is ignored', () => {
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

test('missing names are generated from the position', () => {
  const task = ordinary({ name: null, subTasks: [{ status: 'PENDING', stages: [{ status: 'PENDING' }] }] });
  expect(task.name).toBe('VCF task id-1');
  expect(task.parts).toMatchObject([{ name: 'Subtask 1', stages: [{ name: 'Stage 1' }] }]);
});

test('unreadable fields are named and affect nothing else', () => {
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

test('malformed fields of the credentials task are distinguished from those of the task', () => {
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
