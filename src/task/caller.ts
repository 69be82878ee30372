/** What a caller may do with a source. */
export type Right = 'read' | 'retry' | 'cancel' | 'track';

/** Who asks. Every read and every action passes through `may`, each time anew: a right may be taken away while an operation lasts. */
export interface Caller {
  /** Stable; names the caller in the journal, and owns idempotency keys. */
  readonly id: string;
  may(right: Right, sourceName: string): boolean;
}

/** The caller where authentication is off (`auth.mode: none`). */
export const anonymous: Caller = { id: 'anonymous', may: () => true };
