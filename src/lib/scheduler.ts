/** Takes back what was scheduled; harmless afterwards. */
export type Cancel = () => void;

/** Does things later. Tests drive it by hand. */
export interface Scheduler {
  /** Runs something once, after so many milliseconds. */
  after(ms: number, run: () => void): Cancel;
}

/** Real time. What waits keeps no process alive. */
export const timerScheduler: Scheduler = {
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};
