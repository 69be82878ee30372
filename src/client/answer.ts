/** The result of an operation, or one event of a subscription. It can be partial: `errors` then says what is missing, and why. */
export interface Answer<Data> {
  /** Null when the whole result is missing. */
  readonly data: Data | null;
  /** Empty when nothing is missing. */
  readonly errors: readonly AnswerError[];
}

/** A GraphQL error, as the gateway sent it. */
export interface AnswerError {
  /** A text for people. */
  readonly message: string;
  /** The path of the missing field in `data`. */
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: {
    /** A code for programs; docs/limits-and-errors.md lists them. */
    readonly code?: string;
    /** How long to wait before the same request can succeed, in milliseconds. */
    readonly retryAfterMs?: number;
    readonly [name: string]: unknown;
  };
}
