import { shareEmpty } from '../../lib/share-empty.js';
import type { TaskFailure } from '../../model/failure.js';
import { type TaskProgress, toPercent } from '../../model/progress.js';
import type { TaskLifecycle } from '../../model/task-lifecycle.js';
import { deriveCompletion, isFailedStatus } from '../../model/task-status.js';
import { collectFailures, collectWarnings } from './failures.js';
import { toVcfTaskStatus } from './status.js';
import type { VcfWarning } from './types.js';
import type { WireWork } from './wire.js';

/** What a task, subtask or stage and everything below it report, in the order of the plane. */
export interface WorkReport {
  /** Without those below work that succeeded in the end. */
  readonly failures: readonly TaskFailure[];
  readonly warnings: readonly VcfWarning[];
  /** Statuses that have no translation; null where none was sent. */
  readonly unmappedStatuses: readonly (string | null)[];
  /** Leaves of the subtask tree; stages do not count. */
  readonly steps: { readonly completed: number; readonly total: number };
}

/** The fields that tasks, subtasks and stages share. The plane never says when work started. */
type WorkState = Omit<WorkLifecycle, 'startedAt'> & Pick<TaskLifecycle, 'failures' | 'progress'>;

type WorkLifecycle = Pick<TaskLifecycle, 'status' | 'sourceStatus' | 'isFinished' | 'isSuccessful' | 'createdAt' | 'finishedAt'>;

/** A translated subtask or stage, and its report for its parent. */
export interface TranslatedPart<T> {
  readonly node: T;
  readonly report: WorkReport;
}

/** Aggregates a task, subtask or stage with everything below it. `path`: the names that lead to it, its own last. */
export function aggregateWork(
  work: WireWork,
  path: readonly string[],
  subtasks: readonly TranslatedPart<unknown>[],
  stages: readonly TranslatedPart<unknown>[] = [],
): { readonly state: WorkState; readonly report: WorkReport } {
  const lifecycle = translateLifecycle(work);
  const reportsBelow = [...stages, ...subtasks].map((part) => part.report);
  const ownFailures = collectFailures(work, path);
  const failures = lifecycle.isSuccessful === true ? [] : [...ownFailures, ...reportsBelow.flatMap((below) => below.failures)];
  const completed = subtasks.reduce((sum, part) => sum + part.report.steps.completed, 0);
  const total = subtasks.reduce((sum, part) => sum + part.report.steps.total, 0);
  return {
    state: {
      status: lifecycle.status,
      sourceStatus: lifecycle.sourceStatus,
      isFinished: lifecycle.isFinished,
      isSuccessful: lifecycle.isSuccessful,
      createdAt: lifecycle.createdAt,
      finishedAt: lifecycle.finishedAt,
      failures: shareEmpty(ownFailures.length > 0 || !isFailedStatus(lifecycle.status) ? ownFailures : failures),
      progress: total === 0 ? null : deriveProgress(completed, total, lifecycle.isFinished),
    },
    report: {
      failures,
      warnings: [...collectWarnings(work), ...reportsBelow.flatMap((below) => below.warnings)],
      unmappedStatuses: [
        ...(lifecycle.status === 'UNKNOWN' ? [lifecycle.sourceStatus] : []),
        ...reportsBelow.flatMap((below) => below.unmappedStatuses),
      ],
      steps: total === 0 ? { completed: lifecycle.isFinished ? 1 : 0, total: 1 } : { completed, total },
    },
  };
}

function deriveProgress(completedSteps: number, totalSteps: number, isFinished: boolean): TaskProgress {
  const percent = toPercent(completedSteps / totalSteps, isFinished);
  return { percent, basis: 'DERIVED_FROM_SUBTASKS', completedSteps, totalSteps };
}

/**
 * Status and times of a task, subtask or stage. The completion time of unfinished work is ignored: SDDC Manager may
 * send one.
 */
function translateLifecycle(work: WireWork): WorkLifecycle {
  const sourceStatus = work.status ?? null;
  const status = toVcfTaskStatus(sourceStatus);
  const { isFinished, isSuccessful } = deriveCompletion(status);
  return {
    status,
    sourceStatus,
    isFinished,
    isSuccessful,
    createdAt: work.creationTimestamp ?? null,
    finishedAt: isFinished ? (work.completionTimestamp ?? null) : null,
  };
}
