import { BadUserInputError } from '../../model/errors.js';
import { formatTaskId, parseGlobalId } from '../../model/global-id.js';
import type { TaskSourceKind } from '../../model/task-source.js';
import type { TaskStatus } from '../../model/task-status.js';
import { isGatewayWarning } from '../../model/task-warning.js';
import type { Task } from '../../model/task.js';
import { listNamedResources } from '../cache/resource-index.js';
import { computeFailureKey } from './failure-groups.js';
import type { TaskFilter } from './task-filter.js';
import { compileTextTest, foldCase } from './task-search.js';

/** A filter, compiled to test many tasks. Its functions need no `this`. */
export interface CompiledFilter {
  /** Whether the whole filter matches a task. */
  readonly matches: TaskTest;
  /** The same without the filter's own `statuses` and `isFinished`; those inside `not` still count. */
  readonly matchesWithoutStatus: TaskTest;
  /** Whether the filter's own `statuses` and `isFinished` match. */
  readonly matchesStatus: (task: Pick<Task, 'status' | 'isFinished'>) => boolean;
  /** The parts of the filter that an index can answer. */
  readonly selection: TaskSelection;
  /** Whether a source can have matching tasks, as far as `ids`, `sourceNames`, `kinds` and `parentIds` tell. */
  readonly mayMatchSource: (name: string, kind: TaskSourceKind) => boolean;
  /** The names in `sourceNames`, also inside `not`, each once, whether there is such a source or not. */
  readonly sourceNames: readonly string[];
}

/**
 * A filter in parts: a task matches it when the status, the window and the rest match. Windows move with the clock, and
 * users switch between statuses; the rest stays the same for long.
 */
export interface TaskSelection {
  /** Whether all of the filter matches, except for its own `statuses`, `isFinished` and times. */
  readonly matchesRest: TaskTest;
  /** Equal for equal rests. */
  readonly restKey: string;
  /** Whether the rest matches all tasks of a source, so that no task needs to be tested for it. */
  readonly restMatchesAll: (name: string, kind: TaskSourceKind) => boolean;
  /** Equal for equal `statuses` and `isFinished`; null where the filter has neither. */
  readonly statusKey: string | null;
  /** The times that the filter itself sets bounds to, each once. */
  readonly windows: readonly TimeWindow[];
  /** Where not null, no other tasks match than those with one of these ids. */
  readonly ids: readonly string[] | null;
  /** Where not null, no other tasks match than the parts of those with one of these ids. */
  readonly parentIds: readonly string[] | null;
}

/** Bounds of one time of a task, in milliseconds since 1970; without the time it does not match. */
export interface TimeWindow {
  readonly field: 'CREATED_AT' | 'FINISHED_AT' | 'CHANGED_AT';
  /** The first time that matches. */
  readonly after: number | null;
  /** The first time after it that does not. */
  readonly before: number | null;
}

/** What a filter is compiled with, beside itself. */
interface FilterContext {
  /** The kinds of the configured sources, by their names. */
  readonly kinds: ReadonlyMap<string, TaskSourceKind>;
}

/** How deep `not` may be nested. */
const maxDepth = 5;

/**
 * Compiles a filter; null matches every task.
 *
 * @throws BadUserInputError when `not` is nested more than five deep.
 */
export function compileFilter(filter: TaskFilter | null | undefined, context: FilterContext): CompiledFilter {
  const { coverage, ...compiled } = compile(filter ?? {}, context, 0);
  return { ...compiled, mayMatchSource: (name, kind) => coverage(name, kind) !== 'NONE' };
}

type Compiled = Omit<CompiledFilter, 'mayMatchSource'> & { readonly coverage: SourceCoverage };

function compile({ not, statuses, isFinished, ...rest }: TaskFilter, context: FilterContext, depth: number): Compiled {
  // It adds tasks, and tests none.
  const others = { ...rest, includeForgotten: undefined };
  if (depth > maxDepth) throw new BadUserInputError(`not may be nested at most ${maxDepth} deep.`);
  const inner = not == null ? null : compile(not, context, depth + 1);
  const matchesStatus = compileStatusTest(statuses, isFinished);
  const matchesOthers = compileFieldTests(others, context);
  const matchesWithoutStatus: TaskTest = inner === null ? matchesOthers : (task) => matchesOthers(task) && !inner.matches(task);
  const coverageOfNot = inner === null ? null : negate(inner.coverage);
  const noTimes = { createdAfter: null, createdBefore: null, finishedAfter: null, finishedBefore: null, changedAfter: null };
  const timeless = { ...others, ...noTimes };
  const matchesTimeless = compileFieldTests(timeless, context);
  const restCoverage = compileSourceCoverage(timeless, coverageOfNot);
  return {
    matches: (task) => matchesStatus(task) && matchesWithoutStatus(task),
    matchesWithoutStatus,
    matchesStatus,
    selection: {
      matchesRest: inner === null ? matchesTimeless : (task) => matchesTimeless(task) && !inner.matches(task),
      restKey: JSON.stringify({ ...timeless, not }),
      restMatchesAll: (name, kind) => restCoverage(name, kind) === 'ALL',
      statusKey: statuses == null && isFinished == null ? null : JSON.stringify([statuses, isFinished]),
      windows: compileWindows(others),
      ids: others.ids ?? null,
      parentIds: others.parentIds ?? null,
    },
    coverage: compileSourceCoverage({ statuses, isFinished, ...others }, coverageOfNot),
    sourceNames: [...new Set([...(others.sourceNames ?? []), ...(inner?.sourceNames ?? [])])],
  };
}

function compileWindows({ createdAfter, createdBefore, finishedAfter, finishedBefore, changedAfter }: TaskFilter): readonly TimeWindow[] {
  const windows: readonly TimeWindow[] = [
    { field: 'CREATED_AT', after: createdAfter ?? null, before: createdBefore ?? null },
    { field: 'FINISHED_AT', after: finishedAfter ?? null, before: finishedBefore ?? null },
    { field: 'CHANGED_AT', after: changedAfter ?? null, before: null },
  ];
  return windows.filter(({ after, before }) => after !== null || before !== null);
}

function compileStatusTest(
  statuses: readonly TaskStatus[] | null | undefined,
  isFinished: boolean | null | undefined,
): CompiledFilter['matchesStatus'] {
  const wanted = statuses == null ? null : new Set(statuses);
  return (task) => (wanted === null || wanted.has(task.status)) && (isFinished == null || task.isFinished === isFinished);
}

type TaskTest = (task: Task) => boolean;

/** The fields of a filter that test tasks; `not` holds a filter of its own, and `includeForgotten` adds tasks. */
type FilterField = Exclude<keyof TaskFilter, 'not' | 'includeForgotten'>;

/** Those that test more than the status of a task. */
type TestedField = Exclude<FilterField, 'statuses' | 'isFinished'>;

/** One test for all fields that are set; the values of each are put into a set only once. */
function compileFieldTests(filter: Pick<TaskFilter, TestedField>, context: FilterContext): TaskTest {
  const tests = fieldsByCost.flatMap((field) => compileFieldTest(field, filter, context) ?? []);
  return (task) => tests.every((test) => test(task));
}

function compileFieldTest<F extends TestedField>(field: F, filter: Pick<TaskFilter, TestedField>, context: FilterContext): TaskTest | null {
  const wanted: TaskFilter[F] = filter[field];
  return wanted == null ? null : fieldTests[field].compile(wanted, context);
}

type FieldTests = {
  readonly [F in TestedField]: {
    /** A rank: cheap tests run first, so that expensive ones run on fewer tasks. */
    readonly cost: TestCost;
    readonly compile: (wanted: NonNullable<TaskFilter[F]>, context: FilterContext) => TaskTest;
  };
};

/** What one test of one task does. */
const TestCost = {
  /** Compares a field, or looks it up in a set. */
  lookup: 0,
  /** Builds a short text first. */
  format: 1,
  /** Walks a list of the task. */
  scan: 2,
  /** Walks a list, or searches all texts of the task. */
  search: 3,
  /** Masks and hashes a message. */
  hash: 4,
} as const;
type TestCost = (typeof TestCost)[keyof typeof TestCost];

const { lookup, format, scan, search, hash } = TestCost;

const fieldTests: FieldTests = {
  sourceNames: { cost: lookup, compile: (wanted) => among(wanted, (task) => task.sourceName) },
  kinds: { cost: lookup, compile: (wanted, { kinds }) => among(wanted, (task) => kinds.get(task.sourceName) ?? null) },
  ids: { cost: lookup, compile: (wanted) => among(wanted, (task) => task.id) },
  topLevelOnly: { cost: lookup, compile: (wanted) => (task) => !wanted || task.parentTaskId === null },
  createdAfter: { cost: lookup, compile: (bound) => (task) => task.createdAt !== null && task.createdAt >= bound },
  createdBefore: { cost: lookup, compile: (bound) => (task) => task.createdAt !== null && task.createdAt < bound },
  finishedAfter: { cost: lookup, compile: (bound) => (task) => task.finishedAt !== null && task.finishedAt >= bound },
  finishedBefore: { cost: lookup, compile: (bound) => (task) => task.finishedAt !== null && task.finishedAt < bound },
  changedAfter: { cost: lookup, compile: (bound) => (task) => task.changedAt >= bound },
  operations: { cost: lookup, compile: (wanted) => among(wanted, (task) => task.operation) },
  parentIds: {
    cost: format,
    compile: (wanted) =>
      among(wanted, ({ sourceName, parentTaskId }) => (parentTaskId === null ? null : formatTaskId(sourceName, parentTaskId))),
  },
  hasWarnings: {
    cost: scan,
    compile: (wanted) => (task) => task.warnings.some((warning) => !isGatewayWarning(warning)) === wanted,
  },
  resourceIds: {
    cost: scan,
    compile: (wanted) => {
      const ids = new Set(wanted);
      return (task) => listNamedResources(task).some(({ id, sourceResourceId }) => ids.has(sourceResourceId) || ids.has(id));
    },
  },
  resourceTypes: {
    cost: search,
    compile: (wanted) => {
      const types = new Set(wanted.map(foldCase));
      return (task) => listNamedResources(task).some(({ type }) => type !== null && types.has(foldCase(type)));
    },
  },
  text: {
    cost: search,
    compile: compileTextTest,
  },
  failureKeys: {
    cost: hash,
    compile: (wanted, { kinds }) => among(wanted, (task) => computeFailureKey(task, kinds.get(task.sourceName) ?? '')),
  },
};

const fieldsByCost = (Object.keys(fieldTests) as readonly TestedField[]).toSorted(
  (one, other) => fieldTests[one].cost - fieldTests[other].cost,
);

function among(wanted: readonly string[], valueOf: (task: Task) => string | null): TaskTest {
  const values: ReadonlySet<string | null> = new Set(wanted);
  return (task) => values.has(valueOf(task));
}

/** How many of a source's tasks can match, without testing them. */
type Coverage = 'NONE' | 'SOME' | 'ALL';

type SourceCoverage = (name: string, kind: TaskSourceKind) => Coverage;

/**
 * What a filter says about whole sources. Only `ids`, `sourceNames`, `kinds` and `parentIds` can exclude one; any other
 * field that is set can match some of its tasks.
 *
 * @param coverageOfNot the same for the filter's `not`, negated; null without one.
 */
function compileSourceCoverage(filter: Pick<TaskFilter, FilterField>, coverageOfNot: SourceCoverage | null): SourceCoverage {
  const { ids, parentIds, sourceNames, kinds, ...others } = filter;
  const coverages: SourceCoverage[] = coverageOfNot === null ? [] : [coverageOfNot];
  for (const tasks of [ids, parentIds]) if (tasks != null) coverages.push(within(new Set(tasks.map(parseSourceName)), 'SOME'));
  if (sourceNames != null) coverages.push(within(new Set(sourceNames), 'ALL'));
  if (kinds != null) coverages.push((_, kind) => (kinds.includes(kind) ? 'ALL' : 'NONE'));
  if (Object.values(others).some((value) => value != null)) coverages.push(() => 'SOME');
  return (name, kind) => coverages.map((coverage) => coverage(name, kind)).reduce(least, 'ALL');
}

/** What is left of a source after excluding what a filter matches. */
function negate(coverage: SourceCoverage): SourceCoverage {
  return (name, kind) => opposite[coverage(name, kind)];
}

const opposite: Readonly<Record<Coverage, Coverage>> = { NONE: 'ALL', SOME: 'SOME', ALL: 'NONE' };

function within(names: ReadonlySet<string | null>, coverage: Coverage): SourceCoverage {
  return (name) => (names.has(name) ? coverage : 'NONE');
}

function parseSourceName(id: string): string | null {
  const parsed = parseGlobalId(id);
  return parsed?.kind === 'task' ? parsed.sourceName : null;
}

function least(left: Coverage, right: Coverage): Coverage {
  if (left === 'NONE' || right === 'NONE') return 'NONE';
  return left === 'SOME' ? left : right;
}
