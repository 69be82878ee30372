import type { TaskLifecycle } from '../../../task/model/lifecycle.js';
import { lifeOf } from '../../../task/model/status.js';
import { statusOf } from './status.js';
import type { WireWork } from '../wire.js';

type Lifecycle = Pick<TaskLifecycle, 'status' | 'sourceStatus' | 'isFinished' | 'isSuccessful' | 'createdAt' | 'startedAt' | 'finishedAt'>;

/** Where a task, subtask or stage stands. Work that is not finished may carry a completion time: it is not believed. */
export function lifecycleOf(work: WireWork): Lifecycle {
  const sourceStatus = work.status ?? null;
  const status = statusOf(sourceStatus);
  const life = lifeOf(status);
  return {
    status,
    sourceStatus,
    ...life,
    createdAt: work.creationTimestamp ?? null,
    startedAt: null,
    finishedAt: life.isFinished ? (work.completionTimestamp ?? null) : null,
  };
}
