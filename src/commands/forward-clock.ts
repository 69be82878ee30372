/** How fast it goes at least, by the steady clock, while the wall clock is behind it. */
const leastPace = 0.9;

/**
 * The wall clock, but one that never goes back and never stands still: what is known is as old as it is, and what waits does not wait
 * longer, when somebody sets the clock of the machine back. It then goes a tenth slower until that clock has caught up. Set forward,
 * it follows at once: everything that is known is old then, which is safe.
 *
 * @param now milliseconds since 1970, as Date.now.
 * @param steady milliseconds that never go back, as performance.now.
 */
export function forwardClock(now: () => number, steady: () => number): () => number {
  let [time, at] = [now(), steady()];
  return () => {
    const latest = steady();
    time = Math.max(now(), time + leastPace * Math.max(0, latest - at));
    at = latest;
    return Math.floor(time);
  };
}
