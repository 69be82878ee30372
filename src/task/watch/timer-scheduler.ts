import type { Scheduler } from './scheduler.js';

/** Real time. What waits keeps no process alive. */
export const timerScheduler: Scheduler = {
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};
