import { BadUserInputError } from '../error/bad-user-input-error.js';
import type { TaskSourceKind } from '../source/kind.js';
import { type FilterContext, type TaskTest, testOf } from './field-tests.js';
import type { TaskFilter } from './filter.js';
import { negate, type SourceReach, sourceReachOf } from './source-reach.js';

/** A filter, made ready to test many tasks. Its functions need no `this`. */
export interface CompiledFilter {
  /** Whether the whole filter matches a task. */
  readonly matches: TaskTest;
  /** The same without the filter's own `statuses` and `isFinished`; those inside `not` count. */
  readonly matchesWithoutStatus: TaskTest;
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

function compile({ not, statuses, isFinished, ...others }: TaskFilter, context: FilterContext, depth: number): Compiled {
  if (depth > maxDepth) throw new BadUserInputError(`not may be nested at most ${maxDepth} deep.`);
  const inner = not == null ? null : compile(not, context, depth + 1);
  const matchesStatus = testOf({ statuses, isFinished }, context);
  const matchesOthers = testOf(others, context);
  const matchesWithoutStatus: TaskTest = inner === null ? matchesOthers : (task) => matchesOthers(task) && !inner.matches(task);
  return {
    matches: (task) => matchesStatus(task) && matchesWithoutStatus(task),
    matchesWithoutStatus,
    reach: sourceReachOf({ statuses, isFinished, ...others }, inner === null ? null : negate(inner.reach)),
    sourceNames: [...new Set([...(others.sourceNames ?? []), ...(inner?.sourceNames ?? [])])],
  };
}
