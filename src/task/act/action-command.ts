import type { TaskActionKind } from './action-kind.js';

/** An action, and what it takes beyond the task. */
export interface ActionCommand {
  readonly action: TaskActionKind;
  /** Null for the plain mutations; else what a mutation of one source takes. */
  readonly input: SourceInput | null;
}

/** Input that only sources of one kind understand. */
export interface SourceInput {
  /** Upper-case kind, a value of TaskSourceKind. */
  readonly kind: string;
  /** The mutation that took it. */
  readonly mutation: string;
  readonly value: unknown;
}
