import type { TaskStatus } from '../../model/task-status.js';

/** The statuses of SDDC Manager, normalized. */
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

/** Translates the status of a task, subtask or stage of either list; UNKNOWN where the table does not have it. */
export function toVcfTaskStatus(sourceStatus: string | null): TaskStatus {
  return (sourceStatus === null ? undefined : statusTable.get(normalizeEnumValue(sourceStatus))) ?? 'UNKNOWN';
}

/**
 * Normalizes an enumeration value: SDDC Manager mixes `Failed`, `FAILED`, `In Progress` and `IN_PROGRESS` in one
 * payload.
 */
export function normalizeEnumValue(value: string): string {
  return value
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_');
}
