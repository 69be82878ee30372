import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';

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
  description:
    'Status of a task, a subtask or a stage, the same for all kinds of control plane. Values may be added; treat one that you do not know as UNKNOWN.',
  valuesConfig: {
    PENDING: { description: 'The work was accepted and has not started.' },
    QUEUED: { description: 'The work is queued at its control plane, which starts it later.' },
    RUNNING: { description: 'The work is in progress.' },
    PAUSING: { description: 'A pause was requested and has not taken effect.' },
    PAUSED: { description: 'The work is paused and can continue.' },
    CANCELLING: { description: 'A cancellation was requested and has not taken effect.' },
    SUCCEEDED: { description: 'The work finished successfully.' },
    SUCCEEDED_WITH_WARNINGS: { description: 'The work finished successfully, and its control plane reported warnings.' },
    FAILED: { description: 'The work finished and did not succeed.' },
    CANCELLED: { description: 'The work finished because its cancellation was requested.' },
    TIMED_OUT: { description: 'The work finished because it exceeded a time limit of its control plane.' },
    SKIPPED: { description: 'The work finished because it was not needed; this counts as successful.' },
    UNKNOWN: {
      description:
        'The control plane sent no status, or one that this gateway cannot translate; sourceStatus has the original. It counts as not finished.',
    },
  },
});

/** Whether a finished status is a success. A status that is missing here is not finished. */
const successByStatus: Readonly<Partial<Record<TaskStatus, boolean>>> = {
  SUCCEEDED: true,
  SUCCEEDED_WITH_WARNINGS: true,
  SKIPPED: true,
  FAILED: false,
  CANCELLED: false,
  TIMED_OUT: false,
};

/** Derives from a status whether the work is finished and successful; UNKNOWN is not finished. */
export function deriveCompletion(status: TaskStatus): { isFinished: boolean; isSuccessful: boolean | null } {
  const isSuccessful = successByStatus[status] ?? null;
  return { isFinished: isSuccessful !== null, isSuccessful };
}

/** Whether tasks with this status have failures. */
export function isFailedStatus(status: TaskStatus): boolean {
  return status === 'FAILED' || status === 'TIMED_OUT';
}

@ObjectType({ description: 'How many tasks or subtasks of a list have one status.' })
export class TaskStatusCount {
  @Field(() => TaskStatus, { description: 'The status that was counted.' })
  status!: TaskStatus;

  @Field(() => Int, { description: 'Number of tasks or subtasks with this status, always 1 or more.' })
  count!: number;
}

/** Counts the items with each status that occurs. */
export function countByStatus(items: Iterable<{ readonly status: TaskStatus }>): ReadonlyMap<TaskStatus, number> {
  const counts = new Map<TaskStatus, number>();
  for (const { status } of items) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

/** Adds up several counts, and returns those above 0 in the order of the enum. */
export function sumStatusCounts(counts: readonly ReadonlyMap<TaskStatus, number>[]): readonly TaskStatusCount[] {
  return Object.values(TaskStatus).flatMap((status) => {
    const count = counts.reduce((sum, one) => sum + (one.get(status) ?? 0), 0);
    return count === 0 ? [] : [{ status, count }];
  });
}
