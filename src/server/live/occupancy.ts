/** Counts the open connections against their limit. */
export class Occupancy {
  readonly #limit: number;
  #count = 0;

  /** 0 is no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How to leave again, once or more often; null when there is no room. */
  enter(): (() => void) | null {
    if (this.#limit !== 0 && this.#count >= this.#limit) return null;
    this.#count += 1;
    let leave = (): void => {
      this.#count -= 1;
      leave = () => undefined;
    };
    return () => leave();
  }
}
