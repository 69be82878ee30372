/** The fields of a task that `waitForTask` reads: the fragment TaskRow of `schema/fragments`. Times are ISO 8601 in UTC. */
export interface TaskRow {
  readonly __typename: string;
  readonly id: string;
  readonly name: string;
  /** The kind of work, in the terms of the control plane. */
  readonly operation: string | null;
  /** A value of the enum TaskStatus. Treat a value that you do not know as UNKNOWN, because versions may add some. */
  readonly status: string;
  readonly isFinished: boolean;
  /** Null until the task is finished. */
  readonly isSuccessful: boolean | null;
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** The time since the start of the task, or from its start to its end, in milliseconds. */
  readonly durationMs: number | null;
  readonly progress: { readonly percent: number; readonly basis: string } | null;
  readonly rootCause: { readonly code: string | null; readonly message: string; readonly remediation: string | null } | null;
  readonly source: { readonly name: string; readonly displayName: string; readonly kind: string };
}

/** A copy of the file, with which a test compares it: a browser could not read the file. */
export const taskRowFragment =
  'fragment TaskRow on Task{__typename id name operation status isFinished isSuccessful createdAt startedAt finishedAt durationMs ' +
  'progress{percent basis}rootCause{code message remediation}source{id name displayName kind}}';
