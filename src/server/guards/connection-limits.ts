/** Counts the WebSockets and event streams of each caller against their limit. */
export class CallerConnectionLimit {
  readonly #limit: number;
  /** Callers that have none are not in it. */
  readonly #counts = new Map<string, number>();

  /** 0 is no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How to leave again, once or more often; null when the caller has as many as are allowed. */
  acquire(caller: string): (() => void) | null {
    const count = this.#counts.get(caller) ?? 0;
    if (this.#limit !== 0 && count >= this.#limit) return null;
    this.#counts.set(caller, count + 1);
    let leave = (): void => {
      this.#release(caller);
      leave = () => undefined;
    };
    return () => leave();
  }

  #release(caller: string): void {
    const count = (this.#counts.get(caller) ?? 0) - 1;
    if (count > 0) this.#counts.set(caller, count);
    else this.#counts.delete(caller);
  }
}

/** Counts the open connections against their limit. */
export class ConnectionLimit {
  readonly #limit: number;
  #count = 0;

  /** 0 is no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How to leave again, once or more often; null when there is no room. */
  acquire(): (() => void) | null {
    if (this.#limit !== 0 && this.#count >= this.#limit) return null;
    this.#count += 1;
    let leave = (): void => {
      this.#count -= 1;
      leave = () => undefined;
    };
    return () => leave();
  }
}
