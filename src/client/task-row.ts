/** What `waitForTask` reads of a task: the fragment TaskRow of `schema/fragments`. Times are ISO-8601 in UTC. */
export interface TaskRow {
  readonly __typename: string;
  readonly id: string;
  readonly name: string;
  /** What kind of work it is, in the plane's own words. */
  readonly operation: string | null;
  /** A value of the enum TaskStatus; treat one that you do not know as UNKNOWN. */
  readonly status: string;
  readonly isFinished: boolean;
  /** Null until it is finished. */
  readonly isSuccessful: boolean | null;
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Milliseconds. */
  readonly durationMs: number | null;
  readonly progress: { readonly percent: number; readonly basis: string } | null;
  readonly rootCause: { readonly code: string | null; readonly message: string; readonly remediation: string | null } | null;
  readonly source: { readonly name: string; readonly displayName: string; readonly kind: string };
}

/** A test compares it with the file. */
export const taskRowFragment =
  'fragment TaskRow on Task{__typename id name operation status isFinished isSuccessful createdAt startedAt finishedAt durationMs ' +
  'progress{percent basis}rootCause{code message remediation}source{id name displayName kind}}';
