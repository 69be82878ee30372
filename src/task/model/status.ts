import { registerEnumType } from 'type-graphql';

export const TaskStatus = {
  PENDING: 'PENDING',
  QUEUED: 'QUEUED',
  RUNNING: 'RUNNING',
  PAUSING: 'PAUSING',
  PAUSED: 'PAUSED',
  CANCELLING: 'CANCELLING',
  SUCCEEDED: 'SUCCEEDED',
  SUCCEEDED_WITH_WARNINGS: 'SUCCEEDED_WITH_WARNINGS',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  TIMED_OUT: 'TIMED_OUT',
  SKIPPED: 'SKIPPED',
  UNKNOWN: 'UNKNOWN',
} as const;
export type TaskStatus = keyof typeof TaskStatus;

registerEnumType(TaskStatus, {
  name: 'TaskStatus',
  description: 'One life cycle for all planes. New values may come; treat an unknown one as UNKNOWN.',
  valuesConfig: {
    PENDING: { description: 'Accepted, not started.' },
    QUEUED: { description: 'Waiting for its turn.' },
    RUNNING: { description: 'At work.' },
    PAUSING: { description: 'Asked to pause.' },
    PAUSED: { description: 'Paused.' },
    CANCELLING: { description: 'Asked to cancel.' },
    SUCCEEDED: { description: 'Finished well.' },
    SUCCEEDED_WITH_WARNINGS: { description: 'Finished well, with warnings.' },
    FAILED: { description: 'Finished badly.' },
    CANCELLED: { description: 'Finished by request.' },
    TIMED_OUT: { description: 'Finished by the clock.' },
    SKIPPED: { description: 'Finished without being needed.' },
    UNKNOWN: { description: 'The plane sent a value that is not mapped; read sourceStatus. Counts as not finished.' },
  },
});

const outcome: Readonly<Partial<Record<TaskStatus, boolean>>> = {
  SUCCEEDED: true,
  SUCCEEDED_WITH_WARNINGS: true,
  SKIPPED: true,
  FAILED: false,
  CANCELLED: false,
  TIMED_OUT: false,
};

/** What a status says by itself; UNKNOWN is not finished. */
export function lifeOf(status: TaskStatus): { isFinished: boolean; isSuccessful: boolean | null } {
  const isSuccessful = outcome[status] ?? null;
  return { isFinished: isSuccessful !== null, isSuccessful };
}

/** Whether a status is one that has failures to explain. */
export function isFailure(status: TaskStatus): boolean {
  return status === 'FAILED' || status === 'TIMED_OUT';
}
