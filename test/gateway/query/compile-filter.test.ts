import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { BadUserInputError } from '../../../src/model/errors.js';
import { staleDataWarning } from '../../../src/model/task-warning.js';
import type { Task } from '../../../src/model/task.js';
import { compileFilter } from '../../../src/gateway/query/compile-filter.js';
import { computeFailureKey } from '../../../src/gateway/query/failure-groups.js';
import type { TaskFilter } from '../../../src/gateway/query/task-filter.js';
import { failureOf, resourceOf, taskOf } from '../../support/generators/sample-task.js';
import { anyFilter, flatFilter, kinds } from '../../support/generators/filters.js';
import { anyTask, anyText } from '../../support/generators/tasks.js';

function matches(filter: TaskFilter | null, task: Task): boolean {
  return compileFilter(filter, { kinds }).matches(task);
}

const task = taskOf({
  sourceName: 'a',
  sourceTaskId: '1',
  status: 'FAILED',
  name: 'Back up the ΟΔΟΣ volume',
  description: 'Every night',
  operation: 'astra.backup',
  createdAt: 10,
  finishedAt: 20,
  changedAt: 30,
  parentTaskId: '7',
  resources: [resourceOf({ sourceName: 'a', sourceResourceId: 'r-9', type: 'Volume', name: 'vol-Straße' })],
  rootCause: failureOf({ code: 'E1' }),
  warnings: [{ __typename: 'AstraWarning', code: null, message: 'Slow.' }],
});
const key = String(computeFailureKey(task, 'ASTRA'));
const bare = taskOf({ sourceName: 'b', warnings: [staleDataWarning(0)] });

test.each<[TaskFilter, TaskFilter]>([
  [{ ids: ['b:1', 'a:1'] }, { ids: ['1', 'a:2', 'A:1'] }],
  [{ sourceNames: ['b', 'a'] }, { sourceNames: ['A', 'nowhere'] }],
  [{ kinds: ['ASTRA'] }, { kinds: ['VCF'] }],
  [{ statuses: ['FAILED', 'RUNNING'] }, { statuses: ['TIMED_OUT'] }],
  [{ isFinished: true }, { isFinished: false }],
  [{ operations: ['astra.backup'] }, { operations: ['ASTRA.BACKUP', 'astra'] }],
  [{ text: 'back UP' }, { text: 'back  up' }],
  [{ text: 'EVERY' }, { text: 'never' }],
  [{ text: 'Astra.B' }, { text: 'FAILED' }],
  [{ text: 'STRASSE' }, { text: 'vol-strass-e' }],
  [{ text: ' R-9\n' }, { text: '-9' }],
  [{ text: 'a:1' }, { text: 'A:1' }],
  [{ text: 'resource:a:r-9' }, { text: 'resource:a' }],
  [{ text: 'slow' }, { text: 'AstraWarning' }],
  [{ text: 'οδοσ' }, { text: 'οδ.σ' }],
  [{ text: '' }, { text: '\u0000' }],
  [{ resourceIds: ['r-9'] }, { resourceIds: ['R-9', 'a:r-9'] }],
  [{ resourceIds: ['resource:a:r-9'] }, { resourceIds: ['resource:b:r-9'] }],
  [{ resourceTypes: ['host', 'VOLUME'] }, { resourceTypes: ['vol'] }],
  [{ parentIds: ['a:7'] }, { parentIds: ['7', 'b:7'] }],
  [{ topLevelOnly: false }, { topLevelOnly: true }],
  [{ hasWarnings: true }, { hasWarnings: false }],
  [{ failureKeys: ['other', key] }, { failureKeys: ['other'] }],
  [{ createdAfter: 10 }, { createdAfter: 11 }],
  [{ createdBefore: 11 }, { createdBefore: 10 }],
  [{ finishedAfter: 20 }, { finishedAfter: 21 }],
  [{ finishedBefore: 21 }, { finishedBefore: 20 }],
  [{ changedAfter: 30 }, { changedAfter: 31 }],
  [
    { createdAfter: 0, createdBefore: 99, kinds: null },
    { createdAfter: 0, createdBefore: 5 },
  ],
])('%j matches a task and %j does not', (matching, other) => {
  expect(matches(matching, task)).toBe(true);
  expect(matches(other, task)).toBe(false);
});

test.each<TaskFilter>([
  { createdAfter: 0 },
  { createdBefore: 99 },
  { finishedAfter: 0 },
  { finishedBefore: 99 },
  { operations: ['null'] },
  { text: 'null' },
  { parentIds: ['b:null'] },
  { hasWarnings: true },
  { failureKeys: ['null', ''] },
])('%j does not match a task that lacks it', (filter) => {
  expect(matches(filter, bare)).toBe(false);
});

test("warnings of the gateway do not count, and a task without a plane's warning has none", () => {
  expect(matches({ hasWarnings: false }, bare)).toBe(true);
});

describe('laws', () => {
  test('null, absent and empty filters match every task', () => {
    fc.assert(
      fc.property(anyTask(), (any) => {
        expect([matches(null, any), matches({}, any), matches({ ids: null, not: null, text: null }, any)]).toEqual([true, true, true]);
      }),
    );
  });

  const lists = [
    'ids',
    'sourceNames',
    'kinds',
    'statuses',
    'operations',
    'resourceIds',
    'resourceTypes',
    'parentIds',
    'failureKeys',
  ] as const;
  test.each(lists)('an empty list of %s matches nothing', (field) => {
    fc.assert(fc.property(anyTask(), (any) => expect(matches({ [field]: [] }, any)).toBe(false)));
  });

  test('fields are joined by AND', () => {
    fc.assert(
      fc.property(flatFilter, anyTask(), (filter, any) => {
        const alone = Object.entries(filter).every(([field, value]) => matches({ [field]: value }, any));
        expect(matches(filter, any)).toBe(alone);
      }),
      { numRuns: 500 },
    );
  });

  test('not matches exactly what its filter does not, and not of not what it does', () => {
    fc.assert(
      fc.property(anyFilter, anyTask(), (filter, any) => {
        expect(matches({ not: filter }, any)).toBe(!matches(filter, any));
        expect(matches({ not: { not: filter } }, any)).toBe(matches(filter, any));
      }),
      { numRuns: 500 },
    );
  });

  test('without its status a filter is the same filter without statuses and isFinished, those of not excepted', () => {
    fc.assert(
      fc.property(anyFilter, anyTask(), (filter, any) => {
        const { statuses: _, isFinished: __, ...others } = filter;
        expect(compileFilter(filter, { kinds }).matchesWithoutStatus(any)).toBe(matches(others, any));
      }),
      { numRuns: 500 },
    );
  });

  test('an excluded source has no matching task', () => {
    fc.assert(
      fc.property(anyFilter, anyTask(), (filter, any) => {
        const compiled = compileFilter(filter, { kinds });
        const mayMatch = compiled.mayMatchSource(any.sourceName, kinds.get(any.sourceName) ?? '');
        expect(mayMatch || !compiled.matchesWithoutStatus(any)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('text finds itself in a name, whatever its case', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (before, text, after) => {
        const named = taskOf({ name: `${before}${text.toUpperCase()}${after}` });
        // Only where the neighbours leave the case of the text alone.
        fc.pre(named.name.toLowerCase().toUpperCase().includes(text.toLowerCase().toUpperCase()));
        expect(matches({ text: text.toLowerCase() }, named)).toBe(true);
      }),
    );
  });
});

test.each<[TaskFilter | null, string]>([
  [null, 'abc'],
  [{ statuses: [], text: 'x', hasWarnings: true }, 'abc'],
  [{ sourceNames: ['a', 'nowhere'] }, 'a'],
  [{ kinds: ['VCF'] }, 'bc'],
  [{ ids: ['a:1', 'c:2', 'source:b', 'resource:b:1', 'b', ''] }, 'ac'],
  [{ parentIds: ['b:1'] }, 'b'],
  [{ kinds: ['VCF'], ids: ['a:1', 'b:1'] }, 'b'],
  [{ ids: [] }, ''],
  [{ not: { sourceNames: ['a'] } }, 'bc'],
  [{ not: { kinds: ['VCF'], sourceNames: ['b'] } }, 'ac'],
  [{ not: { sourceNames: ['a'], statuses: ['FAILED'] } }, 'abc'],
  [{ not: { ids: ['a:1'] } }, 'abc'],
  [{ not: { not: { sourceNames: ['a'] } } }, 'a'],
  [{ not: {} }, ''],
])('%j leaves in the sources "%s"', (filter, expected) => {
  const { mayMatchSource: sources } = compileFilter(filter, { kinds });
  expect([...kinds].flatMap(([name, kind]) => (sources(name, kind) ? [name] : [])).join('')).toBe(expected);
});

test('source names are collected at every depth, each once', () => {
  const filter = { sourceNames: ['a', 'x'], not: { sourceNames: ['y', 'x'], not: { sourceNames: ['z'] } } };
  expect(compileFilter(filter, { kinds }).sourceNames).toEqual(['a', 'x', 'y', 'z']);
});

test('not may be nested five deep and no deeper', () => {
  const nested = (depth: number): TaskFilter => (depth === 0 ? { ids: ['a:1'] } : { not: nested(depth - 1) });
  expect(matches(nested(5), task)).toBe(false);
  expect(() => compileFilter(nested(6), { kinds })).toThrow(new BadUserInputError('not may be nested at most 5 deep.'));
});
