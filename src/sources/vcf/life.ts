import type { TaskLifecycle } from '../../task/model/lifecycle.js';
import { lifeOf as lifeOfStatus } from '../../task/model/status.js';
import { statusOf } from './status-table.js';
import type { WireWork } from './wire.js';

type Life = Pick<TaskLifecycle, 'status' | 'sourceStatus' | 'isFinished' | 'isSuccessful' | 'createdAt' | 'startedAt' | 'finishedAt'>;

/** Where a task, subtask or stage stands. Work that is not finished may carry a completion time: it is not believed. */
export function lifeOf(work: WireWork): Life {
  const sourceStatus = work.status ?? null;
  const status = statusOf(sourceStatus);
  const life = lifeOfStatus(status);
  return {
    status,
    sourceStatus,
    ...life,
    createdAt: work.creationTimestamp ?? null,
    startedAt: null,
    finishedAt: life.isFinished ? (work.completionTimestamp ?? null) : null,
  };
}
