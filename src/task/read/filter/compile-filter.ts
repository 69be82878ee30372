import { BadUserInputError } from '../../error/bad-user-input-error.js';
import type { TaskStatus } from '../../model/status.js';
import type { Task } from '../../model/task.js';
import type { TaskSourceKind } from '../../source/kind.js';
import { type FilterContext, type TaskTest, testOf } from './field-tests.js';
import type { TaskFilter } from './filter.js';
import { negate, type SourceReach, sourceReachOf } from './source-reach.js';

/** A filter, made ready to test many tasks. Its functions need no `this`. */
export interface CompiledFilter {
  /** Whether the whole filter matches a task. */
  readonly matches: TaskTest;
  /** The same without the filter's own `statuses` and `isFinished`; those inside `not` count. */
  readonly matchesWithoutStatus: TaskTest;
  /** Whether it matches a status, by the filter's own `statuses` and `isFinished` alone. */
  readonly matchesStatus: (task: Pick<Task, 'status' | 'isFinished'>) => boolean;
  /** Whether every task of a source matches but for its status, judged as `sources` is; then none need be looked at. */
  readonly isWholeButStatus: (name: string, kind: TaskSourceKind) => boolean;
  /** Whether a source may have tasks that match, judged by `ids`, `sourceNames`, `kinds` and `parentIds` alone. */
  readonly sources: (name: string, kind: TaskSourceKind) => boolean;
  /** What `sourceNames` names, also inside `not`, each name once, whether there is such a source or not. */
  readonly sourceNames: readonly string[];
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
  return { ...compiled, sources: (name, kind) => reach(name, kind) !== 'NONE' };
}

type Compiled = Omit<CompiledFilter, 'sources'> & { readonly reach: SourceReach };

function compile({ not, statuses, isFinished, ...rest }: TaskFilter, context: FilterContext, depth: number): Compiled {
  // It says where tasks come from, and nothing of any of them.
  const others = { ...rest, includeForgotten: undefined };
  if (depth > maxDepth) throw new BadUserInputError(`not may be nested at most ${maxDepth} deep.`);
  const inner = not == null ? null : compile(not, context, depth + 1);
  const matchesStatus = statusTestOf(statuses, isFinished);
  const matchesOthers = testOf(others, context);
  const matchesWithoutStatus: TaskTest = inner === null ? matchesOthers : (task) => matchesOthers(task) && !inner.matches(task);
  const ofNot = inner === null ? null : negate(inner.reach);
  const reachButStatus = sourceReachOf(others, ofNot);
  return {
    matches: (task) => matchesStatus(task) && matchesWithoutStatus(task),
    matchesWithoutStatus,
    matchesStatus,
    isWholeButStatus: (name, kind) => reachButStatus(name, kind) === 'ALL',
    reach: sourceReachOf({ statuses, isFinished, ...others }, ofNot),
    sourceNames: [...new Set([...(others.sourceNames ?? []), ...(inner?.sourceNames ?? [])])],
  };
}

function statusTestOf(
  statuses: readonly TaskStatus[] | null | undefined,
  isFinished: boolean | null | undefined,
): CompiledFilter['matchesStatus'] {
  const wanted = statuses == null ? null : new Set(statuses);
  return (task) => (wanted === null || wanted.has(task.status)) && (isFinished == null || task.isFinished === isFinished);
}
