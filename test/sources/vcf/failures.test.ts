import { expect, test } from '@jest/globals';

import type { VcfSubtask } from '../../../src/sources/vcf/types.js';
import { wireCredentialsSubtask } from './plane.js';
import { credentials, ordinary } from './translated.js';

const failed = (more: Readonly<Record<string, unknown>>) => ordinary({ status: 'FAILED', ...more });

const nested = {
  errorCode: 'OUTER',
  errorType: 'ERROR',
  message: 'outer',
  remediationMessage: 'Call support.',
  remediationUrl: 'https://docs.example/outer',
  referenceToken: 'REF01',
  causes: [{ type: 'java.io.IOException', message: 'cause' }],
  nestedErrors: [{ errorCode: 'INNER', label: 'inner label', nestedErrors: [{ errorCode: 'INNERMOST' }] }],
};

test('a failure has its remediation, its causes and then its nested errors', () => {
  const task = failed({ errors: [nested] });
  const nothing = { remediation: null, remediationUrl: null, referenceToken: null, subtaskPath: [], causes: [] };
  expect(task.failures).toEqual([
    {
      code: 'OUTER',
      message: 'outer',
      remediation: 'Call support.',
      remediationUrl: 'https://docs.example/outer',
      referenceToken: 'REF01',
      subtaskPath: [],
      causes: [
        { ...nothing, code: null, message: 'cause' },
        { ...nothing, code: 'INNER', message: 'inner label', causes: [{ ...nothing, code: 'INNERMOST', message: 'INNERMOST' }] },
      ],
    },
  ]);
  expect(task.rootCause).toMatchObject({ code: 'INNERMOST', remediation: 'Call support.', referenceToken: 'REF01' });
});

test.each([
  [{ message: 'm', label: 'l', errorCode: 'c' }, 'm'],
  [{ message: ' ', label: 'l', errorCode: 'c' }, 'l'],
  [{ errorCode: 'c' }, 'c'],
  [{}, 'No message.'],
])('the message of %j is %j', (error, message) => {
  expect(failed({ errors: [error] }).failures).toMatchObject([{ message }]);
  expect(failed({ status: 'Successful', errors: [error] }).warnings).toMatchObject([{ message }]);
});

test.each(['FAILED', 'Failed', 'TIMED_OUT', 'Timed Out'])('a task that is %s has failures', (status) => {
  expect(failed({ status, errors: [nested] })).toMatchObject({ failures: [{ code: 'OUTER' }], warnings: [] });
});

test.each(['Successful', 'In Progress', 'CANCELLED', 'COMPLETED_WITH_WARNING', 'ODD'])(
  'a task with status %s has no failures; its errors are warnings, with all nested ones',
  (status) => {
    const task = failed({ status, errors: [nested] });
    expect(task).toMatchObject({ failures: [], rootCause: null });
    expect(task.warnings.filter((warning) => warning.__typename === 'VcfWarning')).toMatchObject([
      { code: 'OUTER', remediation: 'Call support.', remediationUrl: 'https://docs.example/outer', referenceToken: 'REF01' },
      { code: 'OUTER', message: 'cause' },
      { code: 'INNER', message: 'inner label' },
      { code: 'INNERMOST' },
    ]);
  },
);

test('errors of type WARNING and notifications of severity WARNING are warnings, also within a failure', () => {
  const task = failed({
    errors: [
      { errorCode: 'W1', errorType: 'WARNING', message: 'first' },
      {
        errorCode: 'E1',
        message: 'fails',
        referenceToken: 'REF02',
        nestedErrors: [{ errorCode: 'W2', errorType: 'Warning' }],
        notifications: [
          {
            severity: 'WARNING',
            message: 'low space',
            remediations: [{ message: 'Free some.', link: 'https://docs.example/space' }, { message: 'Then retry.' }],
          },
          { severity: 'WARNING', impactMessage: 'slow' },
          { severity: 'INFO', message: 'fine' },
        ],
      },
    ],
  });
  expect(task.failures).toMatchObject([{ code: 'E1', causes: [] }]);
  expect(task.warnings).toEqual([
    { __typename: 'VcfWarning', code: 'W1', message: 'first', remediation: null, remediationUrl: null, referenceToken: null },
    {
      __typename: 'VcfWarning',
      code: 'E1',
      message: 'low space',
      remediation: 'Free some. Then retry.',
      remediationUrl: 'https://docs.example/space',
      referenceToken: 'REF02',
    },
    { __typename: 'VcfWarning', code: 'E1', message: 'slow', remediation: null, remediationUrl: null, referenceToken: 'REF02' },
    { __typename: 'VcfWarning', code: 'W2', message: 'W2', remediation: null, remediationUrl: null, referenceToken: null },
  ]);
});

const subTasks = [
  {
    name: 'fine',
    status: 'SUCCESSFUL',
    errors: [{ errorCode: 'OVERCOME' }],
    stages: [{ name: 'first try', status: 'FAILED', errors: [{ errorCode: 'TRIED' }] }],
  },
  {
    name: 'broken',
    status: 'FAILED',
    errors: [],
    stages: [{ name: 'push', status: 'FAILED', errors: [{ errorCode: 'STAGE', nestedErrors: [{ errorCode: 'DEEPEST' }] }] }],
    subTasks: [{ name: 'inner', status: 'FAILED', errors: [{ errorCode: 'CHILD' }] }],
  },
  { name: 'waiting', status: 'PENDING' },
];

test('a failed task without errors of its own has those of its failed subtasks and stages, with their paths', () => {
  const task = failed({ errors: [], subTasks });
  expect(task.failures).toMatchObject([
    { code: 'STAGE', subtaskPath: ['broken', 'push'] },
    { code: 'CHILD', subtaskPath: ['broken', 'inner'] },
  ]);
  expect(task.rootCause).toMatchObject({ code: 'DEEPEST', subtaskPath: ['broken', 'push'] });
  const [fine, broken] = task.parts as VcfSubtask[];
  expect(fine).toMatchObject({ failures: [], stages: [{ failures: [{ code: 'TRIED' }] }] });
  expect(broken?.failures.map((failure) => failure.code)).toEqual(['STAGE', 'CHILD']);
  expect(task.warnings).toMatchObject([{ code: 'OVERCOME' }]);
});

test('the root cause of a failed task with errors of its own is looked for in its subtasks too', () => {
  const task = failed({ errors: [{ errorCode: 'TASK' }], subTasks });
  expect(task.failures).toMatchObject([{ code: 'TASK', subtaskPath: [] }]);
  expect(task.failures).toHaveLength(1);
  expect(task.rootCause).toMatchObject({ code: 'DEEPEST' });
});

test('a running task has no root cause, whatever its subtasks report', () => {
  const task = failed({ status: 'In Progress', subTasks });
  expect(task).toMatchObject({ failures: [], rootCause: null });
  expect(task.parts[1]?.failures).toHaveLength(2);
});

test('a failed task without any error has no failures', () => {
  expect(failed({ errors: [], subTasks: [{ name: 'a', status: 'FAILED' }] })).toMatchObject({ failures: [], rootCause: null });
});

test('a credentials task has the errors of both lists once, or else those of its subtasks', () => {
  const error = { errorCode: 'SAME' };
  const failures = (taskErrors: unknown[], credentialsErrors: unknown[]) =>
    credentials(
      {
        errors: credentialsErrors,
        subTasks: [
          wireCredentialsSubtask({ dependentSubTasks: [{ name: 'vc01', status: 'FAILED', errors: [{ errorCode: 'DEPENDENT' }] }] }),
        ],
      },
      { status: 'FAILED', errors: taskErrors },
    ).failures;
  expect(failures([error], [error, { errorCode: 'MORE' }])).toMatchObject([{ code: 'SAME' }, { code: 'MORE' }]);
  expect(failures([], [])).toMatchObject([{ code: 'DEPENDENT', subtaskPath: ['esx01:SSH', 'vc01'] }]);
});
