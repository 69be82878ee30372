/** A task as the simulated plane sends it; tests may put anything into it but for the id. */
export interface Fields {
  readonly [name: string]: unknown;
  readonly id: string;
}
