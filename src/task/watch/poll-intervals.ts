/** In milliseconds; see the configuration's `poll` of a source. */
export interface PollIntervals {
  /** From one poll to the next while something unfinished is watched. */
  readonly activeMs: number;
  /** The same while nothing is. */
  readonly idleMs: number;
  /** From one reading of the whole list to the next; in between, what can have changed will do where the source can tell. */
  readonly fullMs: number;
}
