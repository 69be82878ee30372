import type { TaskStatus } from '../../model/task-status.js';

/** SDDC Manager's words, in the spelling that `spelled` makes of them. */
type VcfStatus =
  | 'PENDING'
  | 'QUEUED'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'COMPLETED_WITH_WARNING'
  | 'FAILED'
  | 'CANCELLED'
  | 'USER_CANCELLED'
  | 'TIMED_OUT'
  | 'SKIPPED'
  | 'NOT_APPLICABLE'
  | 'INCONSISTENT';

const statusByVcfStatus: Readonly<Record<VcfStatus, TaskStatus>> = {
  PENDING: 'PENDING',
  QUEUED: 'QUEUED',
  IN_PROGRESS: 'RUNNING',
  SUCCESSFUL: 'SUCCEEDED',
  COMPLETED_WITH_WARNING: 'SUCCEEDED_WITH_WARNINGS',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  USER_CANCELLED: 'CANCELLED',
  TIMED_OUT: 'TIMED_OUT',
  SKIPPED: 'SKIPPED',
  NOT_APPLICABLE: 'SKIPPED',
  INCONSISTENT: 'FAILED',
};

const statusTable: ReadonlyMap<string, TaskStatus> = new Map(Object.entries(statusByVcfStatus));

/** The shared word for a status of a task, a subtask or a stage of either list; UNKNOWN for all others. */
export function toVcfTaskStatus(sourceStatus: string | null): TaskStatus {
  return (sourceStatus === null ? undefined : statusTable.get(normalizeSpelling(sourceStatus))) ?? 'UNKNOWN';
}

/** One spelling: SDDC Manager says `Failed`, `FAILED`, `In Progress` and `IN_PROGRESS` in one payload. */
export function normalizeSpelling(word: string): string {
  return word
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_');
}
