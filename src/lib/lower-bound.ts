/**
 * Binary search: the first index of a sorted list whose item passes a test that every later item passes too; else its
 * length.
 */
export function lowerBound<T>(sorted: readonly T[], passes: (item: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item === undefined || passes(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
