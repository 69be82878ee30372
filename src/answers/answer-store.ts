interface StoreLimits {
  /** Of all values and keys together. */
  readonly bytes: number;
  readonly entries: number;
}

interface Stored<Value> {
  readonly value: Value;
  /** Of value and key, in bytes, roughly. */
  readonly size: number;
}

/** Values by key, within limits of number and memory: the least recently used ones are forgotten. quick-lru limits their number alone. */
export class AnswerStore<Value> {
  readonly #limits: StoreLimits;
  /** The least recently used one first. */
  readonly #stored = new Map<string, Stored<Value>>();
  #bytes = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /** Undefined: there is none, or no longer. */
  get(key: string): Value | undefined {
    const stored = this.#stored.get(key);
    if (stored === undefined) return undefined;
    this.#stored.delete(key);
    this.#stored.set(key, stored);
    return stored.value;
  }

  /** Puts a value in the place of the one that had the key. `size`: of the value, in bytes, roughly. */
  set(key: string, value: Value, size: number): void {
    this.#delete(key);
    // A character of a key takes two bytes at most.
    const stored = { value, size: size + 2 * key.length };
    this.#stored.set(key, stored);
    this.#bytes += stored.size;
    for (const oldest of this.#stored.keys()) {
      if (this.#bytes <= this.#limits.bytes && this.#stored.size <= this.#limits.entries) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const stored = this.#stored.get(key);
    if (stored === undefined) return;
    this.#stored.delete(key);
    this.#bytes -= stored.size;
  }
}
