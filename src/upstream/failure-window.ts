const windowMs = 10_000;
const bucketMs = 500;
const leastCalls = 10;
const share = 0.5;

interface Bucket {
  readonly number: number;
  calls: number;
  failures: number;
}

/** Counts the calls of the last 10 s, in buckets of half a second, so that what it keeps is bounded. */
export class FailureWindow {
  #buckets: Bucket[] = [];

  /** Whether at least 10 calls of the last 10 s are known, and half of them or more failed. `now` in milliseconds. */
  add(outcome: 'good' | 'bad', now: number): boolean {
    const number = Math.floor(now / bucketMs);
    // A clock that was set back leaves buckets of the future behind; they go too.
    this.#buckets = this.#buckets.filter((one) => one.number <= number && one.number > number - windowMs / bucketMs);
    const bucket = this.#bucket(number);
    bucket.calls += 1;
    if (outcome === 'bad') bucket.failures += 1;
    const calls = this.#buckets.reduce((sum, one) => sum + one.calls, 0);
    const failures = this.#buckets.reduce((sum, one) => sum + one.failures, 0);
    return calls >= leastCalls && failures >= calls * share;
  }

  #bucket(number: number): Bucket {
    const last = this.#buckets.at(-1);
    if (last?.number === number) return last;
    const bucket = { number, calls: 0, failures: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }
}
