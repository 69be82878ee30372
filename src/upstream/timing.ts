import type { Scheduler } from '../task/watch/scheduler.js';

/** The time that attempts take and wait: sockets live in real time. Virtual in tests of the policy, which have none. */
export interface Timing {
  /** Milliseconds that never go back. */
  readonly elapsed: () => number;
  /** What is done later. */
  readonly scheduler: Scheduler;
}
