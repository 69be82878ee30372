import type { TaskFailure } from '../../../task/model/failure.js';
import type { TaskLifecycle } from '../../../task/model/lifecycle.js';
import { isFailure } from '../../../task/model/status.js';
import { failuresOf } from './failures.js';
import { lifecycleOf } from './lifecycle.js';
import type { VcfWarning } from '../types/warning.js';
import { warningsOf } from './warnings.js';
import type { WireWork } from '../wire.js';

/** What a task, subtask or stage and all beneath it report, in the plane's order. */
export interface Findings {
  /** None of what succeeded in the end. */
  readonly failures: readonly TaskFailure[];
  readonly warnings: readonly VcfWarning[];
  /** Statuses that the table does not know; null where none was sent. */
  readonly unmapped: readonly (string | null)[];
  /** Leaves of the subtask tree; stages are none. */
  readonly steps: { readonly completed: number; readonly total: number };
}

/** What is the same for tasks, subtasks and stages. */
export type Progressing = ReturnType<typeof lifecycleOf> & Pick<TaskLifecycle, 'failures' | 'progress'>;

/** A translated subtask or stage, and what it passes up. */
export interface Part<T> {
  readonly node: T;
  readonly findings: Findings;
}

/** Weighs work and what is beneath it; `path` is the names that lead to it, its own last. */
export function weigh(
  work: WireWork,
  path: readonly string[],
  subtasks: readonly Part<unknown>[],
  stages: readonly Part<unknown>[] = [],
): { readonly progressing: Progressing; readonly findings: Findings } {
  const life = lifecycleOf(work);
  const below = [...stages, ...subtasks].map((part) => part.findings);
  const own = failuresOf(work, path);
  const failures = life.isSuccessful === true ? [] : [...own, ...below.flatMap((findings) => findings.failures)];
  const completed = subtasks.reduce((sum, part) => sum + part.findings.steps.completed, 0);
  const total = subtasks.reduce((sum, part) => sum + part.findings.steps.total, 0);
  return {
    progressing: {
      ...life,
      failures: own.length > 0 || !isFailure(life.status) ? own : failures,
      progress:
        total === 0
          ? null
          : { percent: (100 * completed) / total, basis: 'DERIVED_FROM_SUBTASKS', completedSteps: completed, totalSteps: total },
    },
    findings: {
      failures,
      warnings: [...warningsOf(work), ...below.flatMap((findings) => findings.warnings)],
      unmapped: [...(life.status === 'UNKNOWN' ? [life.sourceStatus] : []), ...below.flatMap((findings) => findings.unmapped)],
      steps: total === 0 ? { completed: life.isFinished ? 1 : 0, total: 1 } : { completed, total },
    },
  };
}
