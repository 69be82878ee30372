import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Task } from '../../../src/model/task.js';
import { compileFilter } from '../../../src/gateway/query/compile-filter.js';
import { computeFailureKey, failureGroupOrdering, groupFailures } from '../../../src/gateway/query/failure-groups.js';
import { slicePage } from '../../../src/gateway/query/pagination.js';
import { failureOf, taskOf } from '../../support/generators/sample-task.js';
import { kinds } from '../../support/generators/filters.js';
import { anyTasks } from '../../support/generators/tasks.js';
import { processorTimeMs } from '../../support/processor-time.js';

function failed(sourceName: string, sourceTaskId: string, partial: Partial<Task>): Task {
  return taskOf({ sourceName, sourceTaskId, status: 'FAILED', ...partial });
}

test('tasks with one code are one group, whatever their messages', () => {
  const tasks = [
    failed('b', '1', { finishedAt: 5, rootCause: failureOf({ code: 'E1', message: 'Host esx01 is down', remediation: 'Old advice.' }) }),
    failed('c', '2', { finishedAt: 9, status: 'TIMED_OUT', rootCause: failureOf({ code: 'E1', message: 'Host esx02 is off' }) }),
    failed('b', '3', { finishedAt: null, rootCause: failureOf({ code: 'E1', message: 'Host esx02 is off', remediation: 'No time.' }) }),
    failed('b', '4', { finishedAt: 7, rootCause: failureOf({ code: 'E1', message: 'Host esx02 is off', remediation: 'Newer advice.' }) }),
  ];
  expect(groupFailures(tasks, kinds)).toEqual([
    {
      key: computeFailureKey(tasks[0] ?? taskOf(), 'VCF'),
      kind: 'VCF',
      code: 'E1',
      message: 'Host … is …',
      remediation: null,
      count: 4,
      firstSeenAt: 5,
      lastSeenAt: 9,
      members: [tasks[1], tasks[3], tasks[0], tasks[2]],
    },
  ]);
});

test('the remediation is that on which all tasks agree, or null', () => {
  const groupOf = (...remediations: readonly (string | null)[]): unknown =>
    groupFailures(
      remediations.map((remediation, at) => failed('a', String(at), { rootCause: failureOf({ code: 'E1', remediation }) })),
      kinds,
    )[0]?.remediation;
  expect(groupOf('Reboot it.', null, 'Reboot it.')).toBe('Reboot it.');
  expect(groupOf('Reboot it.', 'Replace it.')).toBeNull();
  expect(groupOf(null)).toBeNull();
});

test('messages that share no word are represented by the newest', () => {
  const tasks = [
    failed('a', '1', { finishedAt: 5, rootCause: failureOf({ code: 'E1', message: 'Disk is full' }) }),
    failed('a', '2', { finishedAt: 9, rootCause: failureOf({ code: 'E1', message: 'Host down now' }) }),
  ];
  expect(groupFailures(tasks, kinds)[0]?.message).toBe('Host down now');
});

test('tasks without a code are grouped by their message without ids, numbers, paths and addresses', () => {
  const tasks = [
    'Host esx01 (10.0.0.1) is down',
    'Host esx02 (10.0.0.2) is down',
    'Disk "/dev/sda" is full',
    'Disk "/dev/sdb" is full',
    'Workflow "ValidateDns" failed',
    'Workflow "DeployEdge" failed',
  ].map((message, at) => failed('b', String(at), { rootCause: failureOf({ message }) }));
  const groups = groupFailures(tasks, kinds);
  expect(groups.map(({ code, message, count }) => [code, message, count])).toEqual(
    expect.arrayContaining([
      [null, 'Host … is down', 2],
      [null, 'Disk … is full', 2],
      [null, 'Workflow "ValidateDns" failed', 1],
      [null, 'Workflow "DeployEdge" failed', 1],
    ]),
  );
  expect(groups).toHaveLength(4);
});

test('the same cause on planes of another kind is another group', () => {
  const rootCause = failureOf({ code: 'E1' });
  const groups = groupFailures([failed('a', '1', { rootCause }), failed('b', '1', { rootCause })], kinds);
  expect(groups.map((group) => group.kind).toSorted()).toEqual(['ASTRA', 'VCF']);
});

test('a code and an equal message are different groups', () => {
  const [byCode, byMessage] = [failureOf({ code: 'boom' }), failureOf({ message: 'boom' })];
  expect(groupFailures([failed('a', '1', { rootCause: byCode }), failed('a', '2', { rootCause: byMessage })], kinds)).toHaveLength(2);
});

test('tasks that failed without a reason are a group of their own', () => {
  const tasks = [failed('a', '1', {}), failed('a', '2', { rootCause: failureOf({ code: ' ', message: ' ' }) })];
  expect(groupFailures(tasks, kinds)).toMatchObject([
    { code: null, message: 'The plane gave no reason.', remediation: null, count: 2, firstSeenAt: null, lastSeenAt: null },
  ]);
});

test('the most frequent group comes first, and groups can be paged', () => {
  const codes = ['E1', 'E2', 'E2', 'E3'];
  const groups = groupFailures(
    codes.map((code, at) => failed('a', String(at), { rootCause: failureOf({ code }) })),
    kinds,
  );
  expect(groups[0]).toMatchObject({ code: 'E2', count: 2 });
  expect([groups[1]?.key, groups[2]?.key].toSorted()).toEqual([groups[1]?.key, groups[2]?.key]);
  const page = slicePage(groups, { first: 1 }, failureGroupOrdering);
  expect(slicePage(groups, { after: page.pageInfo.endCursor }, failureGroupOrdering).nodes).toEqual(groups.slice(1));
});

test('keys are short, URL-safe and stable', () => {
  expect(computeFailureKey(failed('a', '1', { rootCause: failureOf({ code: 'E1' }) }), 'ASTRA')).toBe('2-2jSHRwSm6SFr9q5q');
  expect(computeFailureKey(failed('a', '1', { rootCause: failureOf({ message: 'Disk 7 is full' }) }), 'ASTRA')).toBe('2-WCI28xltrAqFi7MP');
  expect(computeFailureKey(taskOf({ status: 'SUCCEEDED', rootCause: failureOf({ code: 'E1' }) }), 'ASTRA')).toBeNull();
});

test('every failed task is in one group, and the key of the group finds exactly its members', () => {
  fc.assert(
    fc.property(anyTasks(), (tasks) => {
      const groups = groupFailures(tasks, kinds);
      const failures = tasks.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT');
      const members = groups.flatMap((group) => group.members);
      expect(members).toHaveLength(failures.length);
      expect(new Set(members)).toEqual(new Set(failures));
      for (const { key, count, members: own } of groups) {
        expect(key).toMatch(/^2-[\w-]{16}$/);
        expect(count).toBe(own.length);
        const { matches } = compileFilter({ failureKeys: [key] }, { kinds });
        expect(new Set(tasks.filter((task) => matches(task)))).toEqual(new Set(own));
      }
    }),
  );
});

test('the key of a failure is computed once, however long its message is', () => {
  const tasks = Array.from({ length: 40 }, (_, index) =>
    failed('a', String(index), { rootCause: failureOf({ message: `${'/esx '.repeat(500)} Host ${index}` }) }),
  );
  const first = tasks.map((task) => computeFailureKey(task, 'ASTRA'));
  const start = processorTimeMs();
  for (let round = 0; round < 100; round++) expect(tasks.map((task) => computeFailureKey(task, 'ASTRA'))).toEqual(first);
  expect(processorTimeMs() - start).toBeLessThan(200);
  const [task] = tasks;
  expect(task && computeFailureKey(task, 'VCF')).not.toBe(first[0]);
});
