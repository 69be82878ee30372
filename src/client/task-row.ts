/** The enum TaskStatus of the schema. Treat a value that you do not know as UNKNOWN, because versions may add some. */
export type TaskStatus =
  | 'CANCELLED'
  | 'CANCELLING'
  | 'FAILED'
  | 'PAUSED'
  | 'PAUSING'
  | 'PENDING'
  | 'QUEUED'
  | 'RUNNING'
  | 'SKIPPED'
  | 'SUCCEEDED'
  | 'SUCCEEDED_WITH_WARNINGS'
  | 'TIMED_OUT'
  | 'UNKNOWN';

/** The enum TaskProgressBasis of the schema: how the percentage was obtained. */
export type TaskProgressBasis = 'DERIVED_FROM_SUBTASKS' | 'REPORTED';

/** The enum TaskSourceKind of the schema. Versions may add kinds. */
export type TaskSourceKind = 'ASTRA' | 'CATALOG' | 'VCF';

/** The fields of a task that `waitForTask` reads: the fragment TaskRow of `schema/fragments`. Times are ISO 8601 in UTC. */
export interface TaskRow {
  readonly __typename: string;
  readonly id: string;
  readonly name: string;
  /** The kind of work, in the terms of the control plane. */
  readonly operation: string | null;
  readonly status: TaskStatus;
  readonly isFinished: boolean;
  /** Null until the task is finished. */
  readonly isSuccessful: boolean | null;
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** The time since the start of the task, or from its start to its end, in milliseconds. */
  readonly durationMs: number | null;
  readonly progress: { readonly percent: number; readonly basis: TaskProgressBasis } | null;
  readonly rootCause: { readonly code: string | null; readonly message: string; readonly remediation: string | null } | null;
  readonly source: { readonly id: string; readonly name: string; readonly displayName: string; readonly kind: TaskSourceKind };
}

/** A copy of the file, with which a test compares it: a browser could not read the file. */
export const taskRowFragment =
  'fragment TaskRow on Task{__typename id name operation status isFinished isSuccessful createdAt startedAt finishedAt durationMs ' +
  'progress{percent basis}rootCause{code message remediation}source{id name displayName kind}}';
