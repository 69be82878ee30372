/** One request to a plane. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Segments behind the base URL; each of letters, digits, `-`, `_`, `.` and `~`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is secret in the body. That of the header Authorization is known. */
  readonly secrets?: readonly string[];
  /** Aborts at the deadline, or when nobody waits any more. */
  readonly signal: AbortSignal;
}
