import type { AnswerError } from './answer.js';
import type { ClientError } from './client-error.js';
import type { SentOperation } from './operation.js';

/** A result as it came. */
export interface Result {
  readonly data?: unknown;
  readonly errors?: readonly AnswerError[];
}

/** Who hears of a subscription. */
export interface Sink {
  /** The connection is there, and the subscription is being asked for. */
  opened(): void;
  next(result: Result): void;
}

/** What became of one try: it is over; it may be tried again, at once or not before a time; there is no use in it. */
export type End =
  | { readonly is: 'complete' }
  | { readonly is: 'unopened' | 'lost'; readonly error: ClientError }
  | { readonly is: 'refused'; readonly error: ClientError };

/** One try at one subscription over one connection. It ends soon after the signal is aborted, and never rejects. */
export type Transport = (operation: SentOperation, sink: Sink, signal: AbortSignal) => Promise<End>;

/** Milliseconds after which a connection that is neither open nor refused counts as one that cannot be opened. */
export const openingMs = 10_000;

/** Milliseconds without a sign of life from the gateway, which gives one every 12 s, after which a connection counts as lost. */
export const silenceMs = 40_000;
