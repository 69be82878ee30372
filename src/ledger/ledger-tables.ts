import type { ActionKind } from '../task/act/action-command.js';
import type { TaskActionOutcome } from '../task/act/outcome.js';

/** The tables as the newest migration leaves them. Instants are milliseconds since 1970. */
export interface LedgerTables {
  /** One row for each migration that was done. */
  readonly tributary_schema: { readonly version: number };
  readonly tributary_setting: { readonly name: string; readonly value: string };
  readonly tributary_tracked: { readonly source_name: string; readonly local_id: string; readonly tracked_at: number };
  readonly tributary_action: ActionRow;
  readonly tributary_answer: AnswerRow;
}

/** The journal of actions. */
interface ActionRow {
  readonly audit_id: string;
  readonly caller: string;
  readonly mutation: string;
  readonly action: ActionKind;
  readonly task_id: string;
  readonly reason: string | null;
  readonly recorded_at: number;
  /** Null while it is under way. */
  readonly outcome: TaskActionOutcome | null;
  readonly outcome_at: number | null;
}

/** Idempotency keys: claimed, acted under, answered. */
interface AnswerRow {
  readonly name: string;
  readonly claim_id: string;
  readonly claimed_at: number;
  readonly input_hash: string;
  /** Null until an action is recorded under the claim; it stays when the journal is pruned. */
  readonly audit_id: string | null;
  /** Null until an answer is kept. */
  readonly outcome: TaskActionOutcome | null;
  /** JSON. */
  readonly errors: string | null;
}
