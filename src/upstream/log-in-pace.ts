const coolDownMs = 30_000;
const windowMs = 15 * 60_000;
const mostRefusals = 5;

/** How soon a log-in may be tried after refused ones: repeated bad log-ins lock accounts. One in 30 s, five in 15 minutes. */
export class LogInPace {
  /** When the latest were refused, oldest first. */
  #refusals: number[] = [];

  /** Milliseconds until one may be tried; 0 when it may be now. */
  waitMs(now: number): number {
    const latest = this.#refusals.at(-1);
    if (latest === undefined) return 0;
    const [oldest = latest] = this.#refusals.slice(-mostRefusals);
    const isFull = this.#refusals.length >= mostRefusals;
    return Math.max(0, latest + coolDownMs - now, isFull ? oldest + windowMs - now : 0);
  }

  refused(now: number): void {
    this.#refusals = [...this.#refusals, now].slice(-mostRefusals);
  }

  /** The credentials are good. */
  succeeded(): void {
    this.#refusals = [];
  }
}
