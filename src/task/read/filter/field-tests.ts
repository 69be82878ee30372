import { isGatewayWarning } from '../../model/gateway-warnings.js';
import { taskIdOf } from '../../model/id.js';
import type { Task } from '../../model/task.js';
import type { TaskSourceKind } from '../../source/kind.js';
import { failureKeyOf } from '../failure-groups/failure-key.js';
import type { TaskFilter } from './filter.js';
import { resourcesNamedBy } from '../known/resources-named-by.js';

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
export function testOf(filter: Pick<TaskFilter, TestedField>, context: FilterContext): TaskTest {
  const tests = fieldsByCost.flatMap((field) => testOfField(field, filter, context) ?? []);
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
    among(wanted, ({ sourceName, parentTaskId }) => (parentTaskId === null ? null : taskIdOf(sourceName, parentTaskId))),
  hasWarnings: (wanted) => (task) => task.warnings.some((warning) => !isGatewayWarning(warning)) === wanted,
  resourceIds: (wanted) => {
    const ids = new Set(wanted);
    return (task) => resourcesNamedBy(task).some(({ id, sourceResourceId }) => ids.has(sourceResourceId) || ids.has(id));
  },
  resourceTypes: (wanted) => {
    const types = new Set(wanted.map(foldCase));
    return (task) => resourcesNamedBy(task).some(({ type }) => type !== null && types.has(foldCase(type)));
  },
  text: (wanted) => {
    const part = foldCase(wanted);
    return (task) => textsOf(task).some((text) => text !== null && foldCase(text).includes(part));
  },
  failureKeys: (wanted, { kinds }) => among(wanted, (task) => failureKeyOf(task, kinds.get(task.sourceName) ?? '')),
};

/** Cheap tests first: they spare the dear ones. */
const fieldsByCost = Object.keys(fieldTests) as readonly TestedField[];

function testOfField<F extends TestedField>(field: F, filter: Pick<TaskFilter, TestedField>, context: FilterContext): TaskTest | null {
  const wanted: TaskFilter[F] = filter[field];
  return wanted == null ? null : fieldTests[field](wanted, context);
}

function among(wanted: readonly string[], valueOf: (task: Task) => string | null): TaskTest {
  const values: ReadonlySet<string | null> = new Set(wanted);
  return (task) => values.has(valueOf(task));
}

function textsOf(task: Task): readonly (string | null)[] {
  return [task.name, task.description, task.operation, ...resourcesNamedBy(task).map((resource) => resource.name)];
}

/** Either way alone keeps some letters apart that differ in case only, such as the two small sigmas. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}
