/** What every mutation that acts on one task takes. */
export interface ActionInput {
  readonly id: string;
  readonly idempotencyKey?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

/** What every mutation that acts on many takes. */
export interface BulkActionInput extends Omit<ActionInput, 'id'> {
  readonly ids: readonly string[];
}
