import { timerScheduler } from '../task/watch/timer-scheduler.js';
import type { Timing } from './timing.js';

/** Real time. */
export const realTiming: Timing = {
  elapsed: () => performance.now(),
  scheduler: timerScheduler,
};
