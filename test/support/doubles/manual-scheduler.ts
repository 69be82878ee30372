import type { Cancel, Scheduler } from '../../../src/lib/scheduler.js';

/** A scheduler that only the test drives. It has the time, too. */
export class ManualScheduler implements Scheduler {
  now = Date.UTC(2026, 10, 21, 8);
  readonly #due = new Set<{ readonly at: number; readonly run: () => void }>();

  /** How much is waiting. */
  get count(): number {
    return this.#due.size;
  }

  /** Milliseconds until each thing that waits, the soonest first. */
  get waits(): readonly number[] {
    return [...this.#due].map(({ at }) => at - this.now).toSorted((a, b) => a - b);
  }

  after(ms: number, run: () => void): Cancel {
    const entry = { at: this.now + ms, run };
    this.#due.add(entry);
    return () => void this.#due.delete(entry);
  }

  /** Moves the time on, and runs what is due then. */
  advance(ms: number): void {
    this.now += ms;
    for (const entry of [...this.#due].toSorted((a, b) => a.at - b.at)) {
      if (entry.at > this.now || !this.#due.delete(entry)) continue;
      entry.run();
    }
  }
}
