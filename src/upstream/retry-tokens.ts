const most = 35;
const perSuccess = 0.5;

/**
 * How many retries a plane is worth: each costs one token, each attempt that succeeds earns half a one. While a plane is
 * down the tokens run out and every call is one attempt; a third of failures is still retried. The figures are those of
 * the AWS SDK's standard retry mode, with a deposit on success alone.
 */
export class RetryTokens {
  #left = most;

  /** Whether there was one. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  earn(): void {
    this.#left = Math.min(most, this.#left + perSuccess);
  }
}
