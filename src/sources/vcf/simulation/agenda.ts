/** What is to happen at the plane, in the order of its own time. However `advance` is cut into pieces, the same happens at the same instants. */
export class Agenda {
  #now: number;
  #sequence = 0;
  #entries: { readonly at: number; readonly sequence: number; readonly run: () => void }[] = [];

  /** Begins at an instant: milliseconds since 1970. */
  constructor(startsAt: number) {
    this.#now = startsAt;
  }

  /** The plane's time: milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  /** Does something after so many milliseconds of the plane's time, one at least. */
  after(delayMs: number, run: () => void): void {
    this.#entries.push({ at: this.#now + Math.max(1, delayMs), sequence: this.#sequence++, run });
  }

  /** Lets time pass and does what falls due, earliest first; what came in first goes first at one instant. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#takeDue(end); next !== undefined; next = this.#takeDue(end)) {
      this.#now = next.at;
      next.run();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Forgets all that was to happen. */
  clear(): void {
    this.#entries = [];
  }

  #takeDue(end: number) {
    const [next] = this.#entries.toSorted((a, b) => a.at - b.at || a.sequence - b.sequence);
    if (next === undefined || next.at > end) return undefined;
    this.#entries.splice(this.#entries.indexOf(next), 1);
    return next;
  }
}
