/** An action, and what it takes beyond the task. */
export interface ActionCommand {
  readonly action: ActionKind;
  /** Null for the plain mutations; else what a mutation of one source takes. */
  readonly input: SourceInput | null;
}

export type ActionKind = 'RETRY' | 'CANCEL';

/** Input that only sources of one kind understand. */
export interface SourceInput {
  /** Upper-case kind, a value of TaskSourceKind. */
  readonly kind: string;
  /** The mutation that took it. */
  readonly mutation: string;
  readonly value: unknown;
}
