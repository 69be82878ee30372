interface MessageThrottleOptions {
  /** For how long after a message others with its key are suppressed, in milliseconds. */
  readonly windowMs: number;
  /** How many keys may have a message in one window; messages of further keys are suppressed, so that no flood of keys fills the log. */
  readonly maxKeys: number;
  /** Milliseconds of any clock. */
  readonly now: () => number;
}

/** Lets one message of each key through in a window, and counts those that it suppresses. */
export class MessageThrottle {
  readonly #options: MessageThrottleOptions;
  readonly #last = new Map<string, { readonly at: number; suppressed: number }>();

  constructor(options: MessageThrottleOptions) {
    this.#options = options;
  }

  /** How many messages of this key were suppressed since the last that was let through; null: this one is suppressed too. */
  admit(key: string): number | null {
    const now = this.#options.now();
    const last = this.#last.get(key);
    if (last !== undefined && this.#isRecent(last.at, now)) {
      last.suppressed += 1;
      return null;
    }
    if (last === undefined && !this.#hasCapacity(now)) return null;
    this.#last.set(key, { at: now, suppressed: 0 });
    return last?.suppressed ?? 0;
  }

  #hasCapacity(now: number): boolean {
    if (this.#last.size < this.#options.maxKeys) return true;
    for (const [key, { at }] of this.#last) if (!this.#isRecent(at, now)) this.#last.delete(key);
    return this.#last.size < this.#options.maxKeys;
  }

  /** A clock that was set back makes nothing recent for longer than a window. */
  #isRecent(at: number, now: number): boolean {
    return Math.abs(now - at) < this.#options.windowMs;
  }
}
