import { expect, test } from '@jest/globals';

import { translated } from './wire-fixture.js';

const type = 'https://astra.netapp.io/problems/94';

test('details of a failed task are its failures', () => {
  const task = translated({
    state: 'failed',
    stateDetails: [{ type, title: 'No backup', detail: 'The bucket is full.', correlationID: 'c-1' }],
  });
  const failure = {
    code: type,
    message: 'The bucket is full.',
    remediation: null,
    remediationUrl: null,
    referenceToken: 'c-1',
    subtaskPath: [],
    causes: [],
  };
  expect(task).toMatchObject({ status: 'FAILED', failures: [failure], rootCause: failure, warnings: [] });
});

test('the first of several failures is the root cause', () => {
  const task = translated({ state: 'failed', stateDetails: [{ title: 'First' }, { title: 'Second' }] });
  expect(task.failures.map(({ message }) => message)).toEqual(['First', 'Second']);
  expect(task.rootCause).toMatchObject({ message: 'First', code: null });
});

test('a task that failed without details has no failures and no root cause', () => {
  expect(translated({ state: 'failed' })).toMatchObject({ failures: [], rootCause: null });
});

test('a completed task with details succeeded with warnings', () => {
  expect(translated({ state: 'completed', stateDetails: [{ type, title: 'Hook', detail: 'One hook was silent.' }] })).toMatchObject({
    status: 'SUCCEEDED_WITH_WARNINGS',
    sourceStatus: 'completed',
    isFinished: true,
    isSuccessful: true,
    progress: { percent: 100 },
    failures: [],
    warnings: [{ __typename: 'AstraWarning', code: type, message: 'One hook was silent.', title: 'Hook', additionalDetails: null }],
  });
});

test.each(['running', 'paused', 'cancelled', 'resting'])('details of a task that is %s are warnings', (state) => {
  const task = translated({ state, stateDetails: [{ title: 'Slow', detail: 'The cluster is slow.' }] });
  expect(task.failures).toEqual([]);
  expect(task.warnings[0]).toMatchObject({ __typename: 'AstraWarning', message: 'The cluster is slow.' });
});

test('title and detail stand in for each other, and neither is ever empty', () => {
  expect(translated({ stateDetails: [{ title: 'Only a title' }, { detail: 'Only a detail.', title: '' }, {}] }).warnings).toMatchObject([
    { title: 'Only a title', message: 'Only a title' },
    { title: 'Only a detail.', message: 'Only a detail.' },
    { title: 'The plane gave no words for it.', message: 'The plane gave no words for it.', code: null },
  ]);
});

test('the other members of a detail are additional details, without secrets', () => {
  const stateDetails = [
    { title: 'a', additionalDetails: { hook: 'pre', deep: [{ apiKey: 'k' }] }, correlationID: 'c-2' },
    { title: 'b', additionalDetails: 'text', bearerToken: 't' },
  ];
  expect(translated({ stateDetails }).warnings).toMatchObject([
    { additionalDetails: { hook: 'pre', deep: [{ apiKey: '[removed]' }], correlationID: 'c-2' } },
    { additionalDetails: { additionalDetails: 'text', bearerToken: '[removed]' } },
  ]);
});

test('a detail that is no object is dropped and named; the others stay', () => {
  const task = translated({ state: 'failed', stateDetails: ['text', { title: 'Kept' }, null] });
  expect(task.failures).toMatchObject([{ message: 'Kept' }]);
  expect(task.warnings).toMatchObject([{ __typename: 'MalformedDataWarning', fields: ['stateDetails[0]', 'stateDetails[2]'] }]);
});
