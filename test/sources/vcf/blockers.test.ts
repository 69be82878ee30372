import { describe, expect, test } from '@jest/globals';

import type { ActionCommand, TaskActionKind } from '../../../src/model/action.js';
import { SecretText } from '../../../src/model/secret.js';
import { findVcfBlockers, describeVcfEffect } from '../../../src/sources/vcf/task-actions.js';
import { translateVcfTask } from '../../../src/sources/vcf/task.js';
import { wireCredentialsSubtask, wireCredentialsTask, wireTask } from './plane.js';

const ordinary = (more: Readonly<Record<string, unknown>>) =>
  translateVcfTask('sfo', 'a', { task: wireTask('a', more), credentialsTask: null });
const credentials = (more: Readonly<Record<string, unknown>> = {}) =>
  translateVcfTask('sfo', 'a', { task: null, credentialsTask: wireCredentialsTask('a', more) });
const element = { resourceName: 'esx01', resourceType: 'ESXI', username: 'root' };
const password = new SecretText('never-shown');
const plain = (action: TaskActionKind): ActionCommand => ({ action, input: null });
const withInput = (...elements: unknown[]): ActionCommand => ({
  action: 'RETRY',
  input: { kind: 'VCF', mutation: 'retryVcfCredentialsTask', value: { elements } },
});
const codes = (...args: Parameters<typeof findVcfBlockers>): string[] => findVcfBlockers(...args).map((blocker) => blocker.code);

describe('an ordinary task', () => {
  test.each([
    ['RETRY', { status: 'Failed' }, []],
    ['RETRY', { status: 'FAILED', isRetryable: true }, []],
    ['RETRY', { status: 'FAILED', isRetryable: null }, []],
    ['RETRY', { status: 'FAILED', isRetryable: false }, ['REFUSED_BY_TASK']],
    ['RETRY', { status: 'Timed Out' }, ['WRONG_STATUS']],
    ['RETRY', { status: 'In Progress', isRetryable: false }, ['WRONG_STATUS', 'REFUSED_BY_TASK']],
    ['RETRY', { status: 'ODD' }, ['WRONG_STATUS']],
    ['CANCEL', { status: 'In Progress' }, []],
    ['CANCEL', { status: 'IN_PROGRESS', isCancellable: true }, []],
    ['CANCEL', { status: 'IN_PROGRESS', isCancellable: false }, ['REFUSED_BY_TASK']],
    ['CANCEL', { status: 'PENDING' }, ['WRONG_STATUS']],
    ['CANCEL', { status: 'FAILED', isCancellable: false }, ['WRONG_STATUS', 'REFUSED_BY_TASK']],
  ] as const)('%s of %j: %j', (action, wire, expected) => {
    expect(codes(plain(action), ordinary(wire))).toEqual(expected);
  });

  test('takes no credentials', () => {
    expect(codes(withInput({ ...element, password }), ordinary({ status: 'FAILED' }))).toEqual(['OTHER']);
  });
});

describe('a credentials task', () => {
  test.each([
    ['RETRY', {}, []],
    ['RETRY', { type: 'Rotate' }, []],
    ['RETRY', { status: 'IN_PROGRESS' }, ['WRONG_STATUS']],
    ['RETRY', { status: 'INCONSISTENT' }, []],
    ['RETRY', { subTasks: [] }, ['NEEDS_INPUT']],
    ['RETRY', { subTasks: [wireCredentialsSubtask({ status: 'SUCCESSFUL' })] }, ['NEEDS_INPUT']],
    ['RETRY', { subTasks: [wireCredentialsSubtask(), wireCredentialsSubtask({ username: null })] }, ['NEEDS_INPUT']],
    ['RETRY', { type: 'UPDATE' }, ['NEEDS_INPUT']],
    ['RETRY', { type: 'REMEDIATE' }, ['NEEDS_INPUT']],
    ['RETRY', { type: 'NEWER_WORD', status: 'SUCCESSFUL' }, ['WRONG_STATUS', 'NEEDS_INPUT']],
    ['RETRY', { type: 'UPDATE_AUTO_ROTATE_POLICY' }, ['OTHER']],
    ['RETRY', { type: null }, ['OTHER']],
    ['CANCEL', {}, []],
    ['CANCEL', { type: 'UPDATE' }, []],
    ['CANCEL', { status: 'IN_PROGRESS' }, ['WRONG_STATUS']],
    ['CANCEL', { status: 'USER_CANCELLED' }, ['WRONG_STATUS']],
  ] as const)('%s of %j: %j', (action, wire, expected) => {
    expect(codes(plain(action), credentials(wire))).toEqual(expected);
  });

  test.each([
    ['UPDATE', [{ ...element, password }], []],
    ['UPDATE', [{ ...element, resourceName: null, resourceId: 'r', password }], []],
    ['UPDATE', [element], ['NEEDS_INPUT']],
    [
      'REMEDIATE',
      [
        { ...element, password },
        { ...element, password: null },
      ],
      ['NEEDS_INPUT'],
    ],
    ['ROTATE', [element], []],
    ['ROTATE', [{ ...element, resourceName: '' }], ['NEEDS_INPUT']],
    ['UPDATE', [{ ...element, resourceName: null }], ['NEEDS_INPUT', 'NEEDS_INPUT']],
    ['NEWER_WORD', [element], []],
    ['ROTATE', [], ['NEEDS_INPUT']],
    ['UPDATE_AUTO_ROTATE_POLICY', [{ ...element, password }], ['OTHER']],
  ] as const)('a retry of %s with input %j: %j', (type, elements, expected) => {
    expect(codes(withInput(...elements), credentials({ type }))).toEqual(expected);
  });

  test('says which element lacks what, and never a value', () => {
    const blockers = findVcfBlockers(
      withInput({ ...element, password }, { ...element, username: 'someone' }),
      credentials({ type: 'UPDATE' }),
    );
    expect(blockers).toEqual([{ code: 'NEEDS_INPUT', message: 'elements[1] needs a password.' }]);
    expect(findVcfBlockers(plain('RETRY'), credentials({ type: 'UPDATE' }))[0]?.message).toContain('retryVcfCredentialsTask');
  });

  test('takes no input of another mutation, and none for a cancel', () => {
    const foreign: ActionCommand = { action: 'RETRY', input: { kind: 'VCF', mutation: 'another', value: null } };
    expect(codes(foreign, credentials())).toEqual(['OTHER']);
    expect(codes({ ...withInput(element), action: 'CANCEL' }, credentials())).toEqual(['OTHER']);
  });
});

test('every action has an effect of one sentence, and no two are the same', () => {
  const effects = [
    describeVcfEffect(plain('RETRY'), ordinary({})),
    describeVcfEffect(plain('CANCEL'), ordinary({})),
    describeVcfEffect(plain('RETRY'), credentials()),
    describeVcfEffect(withInput(element), credentials()),
    describeVcfEffect(withInput(element), credentials({ type: 'UPDATE' })),
    describeVcfEffect(plain('CANCEL'), credentials()),
  ];
  expect(new Set(effects).size).toBe(effects.length);
  for (const effect of effects) expect(effect).toMatch(/^SDDC Manager [^.]+\.$/);
});
