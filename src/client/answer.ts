/** An answer to an operation, or one event of a subscription. A part of it may be missing: `errors` then says which, and why. */
export interface Answer<Data> {
  /** Null where nothing at all could be answered. */
  readonly data: Data | null;
  /** Empty when nothing went wrong. */
  readonly errors: readonly AnswerError[];
}

/** A GraphQL error, as it came. */
export interface AnswerError {
  /** For people. */
  readonly message: string;
  /** Of the field that is missing. */
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: {
    /** For programs; see docs/limits-and-errors.md. */
    readonly code?: string;
    /** When asking again makes sense, in milliseconds. */
    readonly retryAfterMs?: number;
    readonly [name: string]: unknown;
  };
}
