/** Counts open connections by a key, each key against the same limit. */
export class ConnectionLimit {
  readonly #limit: number;
  /** Only keys with open connections are in it. */
  readonly #counts = new Map<string, number>();

  /** 0 is no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether one more connection of the key is allowed. */
  hasCapacity(key: string): boolean {
    return this.#limit === 0 || (this.#counts.get(key) ?? 0) < this.#limit;
  }

  /** A function that releases the connection, however often it is called; null when the key has as many as are allowed. */
  acquire(key: string): (() => void) | null {
    if (!this.hasCapacity(key)) return null;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    let isReleased = false;
    return () => {
      if (!isReleased) this.#release(key);
      isReleased = true;
    };
  }

  #release(key: string): void {
    const count = (this.#counts.get(key) ?? 0) - 1;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}

/** The key of connections that are counted all together. */
export const allConnections = 'all';
