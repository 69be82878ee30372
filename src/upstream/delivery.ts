import type { SourceProblemError } from '../task/error/source-problem-error.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** What came of a request that must not be sent twice. */
export type Delivery =
  | { readonly phase: 'answered'; readonly answer: UpstreamAnswer }
  /** Proven: no byte of it was sent. */
  | { readonly phase: 'not-sent'; readonly error: SourceProblemError }
  /** It may have arrived, and no answer came. */
  | { readonly phase: 'lost'; readonly error: SourceProblemError };
