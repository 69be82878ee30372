import type { TaskActionKind, TaskActionOutcome } from '../../model/action.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { AuditLink } from '../audit-trail.js';

/** The tables as the newest migration leaves them. Instants are milliseconds since 1970. */
export interface StoreTables {
  /** One row for each migration that was done. */
  readonly tributary_schema: { readonly version: number };
  readonly tributary_setting: { readonly name: string; readonly value: string };
  readonly tributary_tracked: { readonly source_name: string; readonly local_id: string; readonly tracked_at: number };
  readonly tributary_action: JournalRow;
  readonly tributary_answer: IdempotencyRow;
  readonly tributary_task: StoredTaskRow;
  readonly tributary_task_change: StatusChangeRow;
  readonly tributary_hold: TaskLockRow;
  /** Links are only ever added. */
  readonly tributary_audit: AuditLink;
}

/** The journal of actions. */
interface JournalRow {
  readonly audit_id: string;
  readonly caller: string;
  readonly mutation: string;
  readonly action: TaskActionKind;
  readonly task_id: string;
  readonly reason: string | null;
  readonly recorded_at: number;
  /** Null when it was not to be sent. */
  readonly sent_from: TaskStatus | null;
  /** Null while it is under way. */
  readonly outcome: TaskActionOutcome | null;
  readonly outcome_at: number | null;
}

/** Idempotency keys: claimed, acted under, answered. */
interface IdempotencyRow {
  readonly name: string;
  readonly claim_id: string;
  /** Null: it was claimed before this was written down. */
  readonly caller: string | null;
  readonly claimed_at: number;
  readonly input_hash: string;
  /** Null until an action is recorded under the claim; it stays when the journal is pruned. */
  readonly audit_id: string | null;
  /** Null until an answer is kept. */
  readonly outcome: TaskActionOutcome | null;
  /** JSON. */
  readonly errors: string | null;
}

/** The last state of each task that was seen. */
export interface StoredTaskRow {
  readonly task_id: string;
  readonly source_name: string;
  readonly local_id: string;
  /** The id at the plane of the task that it is a part of. */
  readonly parent_id: string | null;
  /** Tells one state from another; when it was read does not count. */
  readonly digest: string;
  /** The task as JSON, without its payload. */
  readonly state: string;
  /** What the plane sent as JSON, without secrets. */
  readonly payload: string | null;
  readonly operation: string | null;
  readonly status: TaskStatus;
  readonly source_status: string | null;
  readonly created_at: number | null;
  readonly finished_at: number | null;
  /** Of one that succeeded, where its times can be trusted. */
  readonly duration_ms: number | null;
  /** When it was last read and seen to differ, or last read before it was gone. */
  readonly observed_at: number;
  /** Null while its plane has it. */
  readonly gone_at: number | null;
  /** How many changes of its status were seen, those included that are no longer kept. */
  readonly change_count: number;
}

/** Statuses of tasks, numbered from 0 for each task. */
export interface StatusChangeRow {
  readonly task_id: string;
  readonly position: number;
  readonly status: TaskStatus;
  readonly source_status: string | null;
  readonly at: number;
}

/** Tasks that are being acted on, or have yet to show it. */
interface TaskLockRow {
  readonly task_id: string;
  /** Of the action. */
  readonly audit_id: string;
  /** The status from which it was sent. */
  readonly sent_from: TaskStatus;
  /** 1 when the task has shown what became of it. */
  readonly is_over: number;
  /** Then it holds nobody up any more. */
  readonly until: number;
}
