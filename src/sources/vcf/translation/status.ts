import type { TaskStatus } from '../../../task/model/status.js';

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

const statuses: Readonly<Record<VcfStatus, TaskStatus>> = {
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

const table: ReadonlyMap<string, TaskStatus> = new Map(Object.entries(statuses));

/** The shared word for a status of a task, a subtask or a stage of either list; UNKNOWN for all others. */
export function statusOf(sourceStatus: string | null): TaskStatus {
  return (sourceStatus === null ? undefined : table.get(spelled(sourceStatus))) ?? 'UNKNOWN';
}

/** One spelling: SDDC Manager says `Failed`, `FAILED`, `In Progress` and `IN_PROGRESS` in one payload. */
export function spelled(word: string): string {
  return word
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_');
}
