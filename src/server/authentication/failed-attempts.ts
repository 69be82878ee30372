/** Wrong keys from one address within this time are counted, in milliseconds. */
const windowMs = 60_000;
const mostInWindow = 10;

/** So many addresses are remembered; then those that failed longest ago are forgotten. */
const mostAddresses = 10_000;

/** Counts wrong keys by the address that they came from. */
export class FailedAttempts {
  readonly #now: () => number;
  /** Times of failures, oldest first; the address that failed last comes last. */
  readonly #times = new Map<string, readonly number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds until a key from this address is looked at again; 0: at once. */
  waitMs(address: string): number {
    const recent = this.#recent(address);
    return recent.length < mostInWindow ? 0 : Math.max(0, (recent[recent.length - mostInWindow] ?? 0) + windowMs - this.#now());
  }

  count(address: string): void {
    const times = [...this.#recent(address), this.#now()];
    this.#times.delete(address);
    this.#times.set(address, times);
    const oldest = this.#times.keys().next();
    if (this.#times.size > mostAddresses && oldest.done !== true) this.#times.delete(oldest.value);
  }

  #recent(address: string): readonly number[] {
    const since = this.#now() - windowMs;
    return (this.#times.get(address) ?? []).filter((at) => at > since);
  }
}
