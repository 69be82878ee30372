import QuickLru from 'quick-lru';

import { AuthenticationError, TooManyFailuresError } from './authentication-errors.js';
import { isOfSignedToken } from './credential-refusals.js';

const windowMs = 60_000;

/**
 * Failures in a minute after which nothing more is checked. Ten wrong keys are more than a person who mistypes sends, and too few to guess
 * with. Nobody guesses a signature: a hundred wrong tokens, which a client that repeats its mistake every second does not send, bound the
 * work that unauthenticated callers cause.
 */
const maxFailures = { keys: 10, tokens: 100 } as const;

/**
 * Beyond these, addresses that failed long ago are forgotten: twice as many (see quick-lru) take 4 MB for keys, and 20 MB for tokens where
 * each of them has failed a hundred times.
 */
const maxAddresses = 10_000;

/** Counts wrong credentials by the address that they came from. Both kinds are counted apart, as a gateway accepts one of them. */
export class FailedAttempts {
  readonly #credentials: 'keys' | 'tokens';
  readonly #now: () => number;
  /** Times of failures by address, oldest first. */
  readonly #times = new QuickLru<string, readonly number[]>({ maxSize: maxAddresses });

  /** `now`: milliseconds of a clock that is never set back. */
  constructor(credentials: 'keys' | 'tokens', now: () => number) {
    this.#credentials = credentials;
    this.#now = now;
  }

  /** @throws what `verify` throws; a TooManyFailuresError, without calling it, where too many failed before. */
  async limit<T>(address: string, verify: () => Promise<T>): Promise<T> {
    const waitMs = this.#waitMs(address);
    if (waitMs > 0) throw new TooManyFailuresError(this.#credentials, waitMs);
    try {
      return await verify();
    } catch (error) {
      // A page whose token has expired must not lock out its neighbours.
      if (error instanceof AuthenticationError && !isOfSignedToken(error)) this.#record(address);
      throw error;
    }
  }

  #waitMs(address: string): number {
    const recent = this.#recent(address);
    const max = maxFailures[this.#credentials];
    return recent.length < max ? 0 : Math.max(0, (recent[recent.length - max] ?? 0) + windowMs - this.#now());
  }

  #record(address: string): void {
    this.#times.set(address, [...this.#recent(address), this.#now()].slice(-maxFailures[this.#credentials]));
  }

  #recent(address: string): readonly number[] {
    const since = this.#now() - windowMs;
    return (this.#times.get(address) ?? []).filter((at) => at > since);
  }
}
