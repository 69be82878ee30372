import type { Caller } from '../caller.js';
import type { ForgottenTasks } from '../history/forgotten-tasks.js';
import type { Ledger } from '../ledger.js';
import type { Log } from '../log.js';
import type { View } from '../read/view/view.js';
import type { ActionGuard } from './action-guard.js';
import type { RateLimiter } from './rate-limiter.js';
import type { Refusals } from './refusals.js';

/** What the gateway needs to act. */
export interface ActionRoom {
  readonly views: ReadonlyMap<string, View>;
  readonly caller: Caller;
  readonly ledger: Ledger;
  readonly guard: ActionGuard;
  /** Actions that each caller may still send, by its id. */
  readonly allowance: RateLimiter;
  /** Where it is written down what is refused. */
  readonly refusals: Refusals;
  /** What planes no longer have. */
  readonly forgotten: ForgottenTasks;
  /** Whether callers bring their own tokens of the source: then being let in here says nothing of what its plane shows them. */
  readonly takesOwnTokens: (sourceName: string) => boolean;
  readonly now: () => number;
  /** Data this old is good enough to decide by, in milliseconds. */
  readonly maxAgeMs: number;
  /** What went wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
  readonly log: Log;
}
