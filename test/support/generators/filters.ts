import fc from 'fast-check';

import { TaskStatus } from '../../../src/model/task-status.js';
import type { TaskFilter } from '../../../src/gateway/query/task-filter.js';
import { computeFailureKey } from '../../../src/gateway/query/failure-groups.js';
import { failureOf, taskOf } from './sample-task.js';

export const kinds: ReadonlyMap<string, string> = new Map([
  ['a', 'ASTRA'],
  ['b', 'VCF'],
  ['c', 'VCF'],
]);

const keys = [failureOf({ code: 'E1' }), failureOf({ message: 'Disk 9 is full.' }), null].map((rootCause) =>
  String(computeFailureKey(taskOf({ status: 'FAILED', rootCause }), 'VCF')),
);

function some<T>(...values: T[]): fc.Arbitrary<T[] | null | undefined> {
  return fc.option(fc.option(fc.subarray(values), { nil: null, freq: 5 }), { nil: undefined, freq: 1 });
}

const flag = fc.constantFrom(true, false, null, undefined, undefined);
const bound = fc.constantFrom(0, 2, 3, null, undefined, undefined);

/** A filter without `not`. */
export const flatFilter: fc.Arbitrary<TaskFilter> = fc.record(
  {
    ids: some('a:1', 'b:1', 'c:2', 'resource:a:1', 'nonsense'),
    sourceNames: some('a', 'b', 'nowhere'),
    kinds: some('ASTRA', 'VCF'),
    statuses: some(...Object.values(TaskStatus)),
    isFinished: flag,
    operations: some('create', 'CREATE'),
    text: fc.constantFrom('', 'A', 'esx', 'ß', null, undefined),
    resourceIds: some('r-1', 'resource:plane:r-2'),
    resourceTypes: some('host', 'VOLUME'),
    parentIds: some('a:1', 'b:2'),
    topLevelOnly: flag,
    hasWarnings: flag,
    failureKeys: some(...keys),
    createdAfter: bound,
    createdBefore: bound,
    finishedAfter: bound,
    finishedBefore: bound,
    changedAfter: bound,
  },
  { requiredKeys: [] },
);

/** A filter with up to three levels of `not`. */
export const anyFilter: fc.Arbitrary<TaskFilter> = fc
  .array(flatFilter, { minLength: 1, maxLength: 4 })
  .map((chain) => chain.reduce((not, filter) => ({ ...filter, not })));
