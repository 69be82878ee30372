/** Into so many parts a period is divided. */
const partCount = 15;

/**
 * Visits every member once in each period, with one timer for all of them. In each part of the period it visits a part of the members:
 * thousands of pings at the same moment would keep the process from everything else.
 */
export class StaggeredTimer<T> {
  readonly #parts: readonly Set<T>[] = Array.from({ length: partCount }, () => new Set<T>());
  readonly #timer: NodeJS.Timeout;
  #added = 0;
  #visited = 0;

  /** `periodMs`: in milliseconds. */
  constructor(periodMs: number, visit: (member: T) => void) {
    this.#timer = setInterval(() => {
      for (const member of this.#parts[this.#visited++ % partCount] ?? []) visit(member);
    }, periodMs / partCount).unref();
  }

  add(member: T): void {
    this.#parts[this.#added++ % partCount]?.add(member);
  }

  delete(member: T): void {
    for (const part of this.#parts) if (part.delete(member)) return;
  }

  members(): readonly T[] {
    return this.#parts.flatMap((part) => [...part]);
  }

  /** Nobody is visited any more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
