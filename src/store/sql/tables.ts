import type { TaskActionKind, TaskActionOutcome } from '../../model/action.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { AuditLink } from '../audit-trail.js';

/**
 * The tables as the newest migration leaves them. Times are milliseconds since 1970. Some names in the database are
 * older than those of the code: `local_id` is the id of a task on its plane, and `tributary_hold` contains the locks of
 * tasks.
 */
export interface StoreTables {
  /** One row for each migration that was run. */
  readonly tributary_schema: { readonly version: number };
  readonly tributary_setting: { readonly name: string; readonly value: string };
  readonly tributary_tracked: { readonly source_name: string; readonly local_id: string; readonly tracked_at: number };
  readonly tributary_action: ActionRow;
  readonly tributary_idempotency_key: IdempotencyKeyRow;
  readonly tributary_task: StoredTaskRow;
  readonly tributary_task_change: StatusChangeRow;
  readonly tributary_hold: TaskLockRow;
  /** Links are only ever inserted. */
  readonly tributary_audit: AuditLink;
}

/** The journal of actions. */
interface ActionRow {
  readonly audit_id: string;
  readonly caller: string;
  readonly mutation: string;
  readonly action: TaskActionKind;
  readonly task_id: string;
  readonly reason: string | null;
  readonly recorded_at: number;
  /** Null for a refused action, which was not sent. */
  readonly sent_from: TaskStatus | null;
  /** Null while the action is in flight. */
  readonly outcome: TaskActionOutcome | null;
  readonly outcome_at: number | null;
}

/** Idempotency keys and the records under them. */
interface IdempotencyKeyRow {
  /** Of the key and all that it is valid for. */
  readonly key_hash: string;
  readonly claim_id: string;
  /** Null for a key that was claimed before this column existed. */
  readonly caller: string | null;
  readonly claimed_at: number;
  readonly input_hash: string;
  /** Null until an action is recorded under the claim; it stays when the journal is pruned. */
  readonly audit_id: string | null;
  /** Null until a record is saved. */
  readonly outcome: TaskActionOutcome | null;
  /** Of the record, as JSON. */
  readonly errors: string | null;
}

/** The last observed state of each task. */
export interface StoredTaskRow {
  readonly task_id: string;
  readonly source_name: string;
  readonly local_id: string;
  /** Id of the parent task on the plane. */
  readonly parent_id: string | null;
  /** Changes with the state of the task; the time of reading does not count. */
  readonly digest: string;
  /** The task as JSON, without its payload. */
  readonly state: string;
  /** What the plane sent, as JSON, without secrets. */
  readonly payload: string | null;
  readonly operation: string | null;
  readonly status: TaskStatus;
  readonly source_status: string | null;
  readonly created_at: number | null;
  readonly finished_at: number | null;
  /** Of a task that succeeded and whose times can be trusted; null otherwise. */
  readonly duration_ms: number | null;
  /** When its last difference was read, or when it was read last before its plane forgot it. */
  readonly observed_at: number;
  /** When it was found gone from its plane, and so became a forgotten task; null while the plane has it. */
  readonly gone_at: number | null;
  /** How many changes of its status were observed, including those that are no longer kept. */
  readonly change_count: number;
}

/** The statuses of a task, numbered from 0. */
export interface StatusChangeRow {
  readonly task_id: string;
  readonly position: number;
  readonly status: TaskStatus;
  readonly source_status: string | null;
  readonly at: number;
}

/** The action that holds the lock of a task. */
interface TaskLockRow {
  readonly task_id: string;
  /** Of the action. */
  readonly audit_id: string;
  /** Status of the task when the action was permitted. */
  readonly sent_from: TaskStatus;
  /** 1 when the lock is released. */
  readonly is_over: number;
  /** When the lock expires. */
  readonly until: number;
}
