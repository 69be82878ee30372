/** Takes back what was scheduled; harmless afterwards. */
export type Cancel = () => void;

/** Does things later. Tests drive it by hand. */
export interface Scheduler {
  /** Runs something once, after so many milliseconds. */
  after(ms: number, run: () => void): Cancel;
}
