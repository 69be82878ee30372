import { BadUserInputError } from '../../model/errors.js';
import { formatTaskId, parseGlobalId } from '../../model/global-id.js';
import type { TaskSourceKind } from '../../model/task-source.js';
import { countByStatus, deriveCompletion, type TaskStatus } from '../../model/task-status.js';
import { isGatewayWarning } from '../../model/task-warning.js';
import type { Task } from '../../model/task.js';
import { listNamedResources } from '../cache/resource-index.js';
import type { TaskCollection } from '../cache/task-index.js';
import { computeFailureKey } from './failure-groups.js';
import type { TaskFilter } from './task-filter.js';

/** A filter, made ready to test many tasks. Its functions need no `this`. */
export interface CompiledFilter {
  /** Whether the whole filter matches a task. */
  readonly matches: TaskTest;
  /** The same without the filter's own `statuses` and `isFinished`; those inside `not` count. */
  readonly matchesWithoutStatus: TaskTest;
  /** Whether it matches a status, by the filter's own `statuses` and `isFinished` alone. */
  readonly matchesStatus: (task: Pick<Task, 'status' | 'isFinished'>) => boolean;
  /** Whether every task of a source matches but for its status, judged as `sources` is; then none need be looked at. */
  readonly matchesAllExceptStatus: (name: string, kind: TaskSourceKind) => boolean;
  /** Whether a source may have tasks that match, judged by `ids`, `sourceNames`, `kinds` and `parentIds` alone. */
  readonly mayMatchSource: (name: string, kind: TaskSourceKind) => boolean;
  /** What `sourceNames` names, also inside `not`, each name once, whether there is such a source or not. */
  readonly sourceNames: readonly string[];
}

/** How many tasks of one source a filter matches. */
export interface TaskCounts {
  readonly matching: number;
  /** By status, without the filter's own `statuses` and `isFinished`. */
  readonly byStatus: ReadonlyMap<TaskStatus, number>;
}

/**
 * Counts the tasks of one source that a filter matches.
 *
 * @param canUseIndexCounts whether the filter matches every task of the source except for its status: then no task is tested.
 */
export function countTasks(
  tasks: TaskCollection,
  { matchesWithoutStatus, matchesStatus }: Pick<CompiledFilter, 'matchesWithoutStatus' | 'matchesStatus'>,
  canUseIndexCounts: boolean,
): TaskCounts {
  const byStatus = canUseIndexCounts ? tasks.countsByStatus() : countByStatus(tasks.all().filter(matchesWithoutStatus));
  let matching = 0;
  for (const [status, count] of byStatus) if (matchesStatus({ status, ...deriveCompletion(status) })) matching += count;
  return { matching, byStatus };
}

/** How deep `not` may be nested. */
const maxDepth = 5;

/**
 * Makes a filter ready; null matches every task.
 *
 * @throws BadUserInputError when `not` is nested more than five deep.
 */
export function compileFilter(filter: TaskFilter | null | undefined, context: FilterContext): CompiledFilter {
  const { reach, ...compiled } = compile(filter ?? {}, context, 0);
  return { ...compiled, mayMatchSource: (name, kind) => reach(name, kind) !== 'NONE' };
}

type Compiled = Omit<CompiledFilter, 'mayMatchSource'> & { readonly reach: SourceReach };

function compile({ not, statuses, isFinished, ...rest }: TaskFilter, context: FilterContext, depth: number): Compiled {
  // It says where tasks come from, and nothing of any of them.
  const others = { ...rest, includeForgotten: undefined };
  if (depth > maxDepth) throw new BadUserInputError(`not may be nested at most ${maxDepth} deep.`);
  const inner = not == null ? null : compile(not, context, depth + 1);
  const matchesStatus = compileStatusTest(statuses, isFinished);
  const matchesOthers = compileFieldTests(others, context);
  const matchesWithoutStatus: TaskTest = inner === null ? matchesOthers : (task) => matchesOthers(task) && !inner.matches(task);
  const ofNot = inner === null ? null : negate(inner.reach);
  const reachButStatus = computeSourceReach(others, ofNot);
  return {
    matches: (task) => matchesStatus(task) && matchesWithoutStatus(task),
    matchesWithoutStatus,
    matchesStatus,
    matchesAllExceptStatus: (name, kind) => reachButStatus(name, kind) === 'ALL',
    reach: computeSourceReach({ statuses, isFinished, ...others }, ofNot),
    sourceNames: [...new Set([...(others.sourceNames ?? []), ...(inner?.sourceNames ?? [])])],
  };
}

function compileStatusTest(
  statuses: readonly TaskStatus[] | null | undefined,
  isFinished: boolean | null | undefined,
): CompiledFilter['matchesStatus'] {
  const wanted = statuses == null ? null : new Set(statuses);
  return (task) => (wanted === null || wanted.has(task.status)) && (isFinished == null || task.isFinished === isFinished);
}

export type TaskTest = (task: Task) => boolean;

/** What a filter has to know beyond the tasks. */
export interface FilterContext {
  /** The configured sources, by name. */
  readonly kinds: ReadonlyMap<string, TaskSourceKind>;
}

/** All fields of a filter that test tasks; `not` holds a filter of its own, and `includeForgotten` says where tasks come from. */
export type FilterField = Exclude<keyof TaskFilter, 'not' | 'includeForgotten'>;

/** Those that look at more of a task than its status. */
type TestedField = Exclude<FilterField, 'statuses' | 'isFinished'>;

/** One test for all fields that are given; values are put into sets once. `not` and the status are left to the caller. */
export function compileFieldTests(filter: Pick<TaskFilter, TestedField>, context: FilterContext): TaskTest {
  const tests = fieldsByCost.flatMap((field) => compileFieldTest(field, filter, context) ?? []);
  return (task) => tests.every((test) => test(task));
}

type FieldTests = {
  readonly [F in TestedField]: (wanted: NonNullable<TaskFilter[F]>, context: FilterContext) => TaskTest;
};

const fieldTests: FieldTests = {
  sourceNames: (wanted) => among(wanted, (task) => task.sourceName),
  kinds: (wanted, { kinds }) => among(wanted, (task) => kinds.get(task.sourceName) ?? null),
  ids: (wanted) => among(wanted, (task) => task.id),
  topLevelOnly: (wanted) => (task) => !wanted || task.parentTaskId === null,
  createdAfter: (bound) => (task) => task.createdAt !== null && task.createdAt >= bound,
  createdBefore: (bound) => (task) => task.createdAt !== null && task.createdAt < bound,
  finishedAfter: (bound) => (task) => task.finishedAt !== null && task.finishedAt >= bound,
  finishedBefore: (bound) => (task) => task.finishedAt !== null && task.finishedAt < bound,
  changedAfter: (bound) => (task) => task.changedAt >= bound,
  operations: (wanted) => among(wanted, (task) => task.operation),
  parentIds: (wanted) =>
    among(wanted, ({ sourceName, parentTaskId }) => (parentTaskId === null ? null : formatTaskId(sourceName, parentTaskId))),
  hasWarnings: (wanted) => (task) => task.warnings.some((warning) => !isGatewayWarning(warning)) === wanted,
  resourceIds: (wanted) => {
    const ids = new Set(wanted);
    return (task) => listNamedResources(task).some(({ id, sourceResourceId }) => ids.has(sourceResourceId) || ids.has(id));
  },
  resourceTypes: (wanted) => {
    const types = new Set(wanted.map(foldCase));
    return (task) => listNamedResources(task).some(({ type }) => type !== null && types.has(foldCase(type)));
  },
  text: (wanted) => {
    const part = foldCase(wanted);
    return (task) => searchableTexts(task).some((text) => text !== null && foldCase(text).includes(part));
  },
  failureKeys: (wanted, { kinds }) => among(wanted, (task) => computeFailureKey(task, kinds.get(task.sourceName) ?? '')),
};

/** Cheap tests first: they spare the dear ones. */
const fieldsByCost = Object.keys(fieldTests) as readonly TestedField[];

function compileFieldTest<F extends TestedField>(field: F, filter: Pick<TaskFilter, TestedField>, context: FilterContext): TaskTest | null {
  const wanted: TaskFilter[F] = filter[field];
  return wanted == null ? null : fieldTests[field](wanted, context);
}

function among(wanted: readonly string[], valueOf: (task: Task) => string | null): TaskTest {
  const values: ReadonlySet<string | null> = new Set(wanted);
  return (task) => values.has(valueOf(task));
}

function searchableTexts(task: Task): readonly (string | null)[] {
  return [task.name, task.description, task.operation, ...listNamedResources(task).map((resource) => resource.name)];
}

/** Either way alone keeps some letters apart that differ in case only, such as the two small sigmas. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}

/** How many of a source's tasks may match, judged without looking at them. */
export type Reach = 'NONE' | 'SOME' | 'ALL';

export type SourceReach = (name: string, kind: TaskSourceKind) => Reach;

/**
 * What a filter says of whole sources. Only `ids`, `sourceNames`, `kinds` and `parentIds` can leave one out; any other
 * field that is given may match some of its tasks.
 *
 * @param ofNot the same for the filter's `not`, negated; null without one.
 */
export function computeSourceReach(filter: Pick<TaskFilter, FilterField>, ofNot: SourceReach | null): SourceReach {
  const { ids, parentIds, sourceNames, kinds, ...others } = filter;
  const reaches: SourceReach[] = ofNot === null ? [] : [ofNot];
  for (const tasks of [ids, parentIds]) if (tasks != null) reaches.push(within(new Set(tasks.map(parseSourceName)), 'SOME'));
  if (sourceNames != null) reaches.push(within(new Set(sourceNames), 'ALL'));
  if (kinds != null) reaches.push((_, kind) => (kinds.includes(kind) ? 'ALL' : 'NONE'));
  if (Object.values(others).some((value) => value != null)) reaches.push(() => 'SOME');
  return (name, kind) => reaches.map((reach) => reach(name, kind)).reduce(least, 'ALL');
}

/** What is left of a source when all that the given filter matches is taken away. */
export function negate(reach: SourceReach): SourceReach {
  return (name, kind) => opposite[reach(name, kind)];
}

const opposite: Readonly<Record<Reach, Reach>> = { NONE: 'ALL', SOME: 'SOME', ALL: 'NONE' };

function within(names: ReadonlySet<string | null>, reach: Reach): SourceReach {
  return (name) => (names.has(name) ? reach : 'NONE');
}

function parseSourceName(id: string): string | null {
  const parsed = parseGlobalId(id);
  return parsed?.kind === 'task' ? parsed.sourceName : null;
}

function least(left: Reach, right: Reach): Reach {
  if (left === 'NONE' || right === 'NONE') return 'NONE';
  return left === 'SOME' ? left : right;
}
