/** How fresh an operation wants its data. */
export interface Freshness {
  /** When the operation came in, in milliseconds since 1970. */
  readonly since: number;
  /** Data this old is good enough, in milliseconds; 0 asks the plane after the operation came in. */
  readonly maxAgeMs: number;
}

/** One reading of a plane: under way while `observedAt` is null. */
export interface ReadTimes {
  readonly askedAt: number;
  readonly observedAt: number | null;
}

/** Whether a reading that is done, or one under way, is fresh enough. Its age counts from the answer. */
export function isFresh({ since, maxAgeMs }: Freshness, { askedAt, observedAt }: ReadTimes): boolean {
  return askedAt >= since || (maxAgeMs > 0 && (observedAt === null || observedAt >= since - maxAgeMs));
}
