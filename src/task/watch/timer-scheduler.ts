import type { Scheduler } from './scheduler.js';

/** Real time. */
export const timerScheduler: Scheduler = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
