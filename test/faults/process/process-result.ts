import { EventLoopLag } from '../matrix/event-loop-lag.js';
import type { Oracle } from '../matrix/run-cell.js';

/** What came of each thing that a process suffered, in words, and what of it may not be. */
export class ProcessResult {
  readonly words: string[] = [];
  readonly broken: Partial<Record<Oracle | 'outcome', string>> = {};

  /** Waits for a word, at most so many milliseconds; it is broken when it is none of those that may come. */
  async hear(
    what: string,
    word: Promise<string>,
    { may, mostMs }: { readonly may: readonly string[]; readonly mostMs: number },
  ): Promise<string> {
    const lag = new EventLoopLag();
    const begun = performance.now();
    const said = await word;
    const tookMs = performance.now() - begun;
    const limitMs = mostMs + 100 + lag.end() * 2;
    if (tookMs > limitMs) this.broken.O1 = `${what}: it took ${Math.round(tookMs)} ms of ${Math.round(limitMs)}`;
    if (!may.includes(said)) this.broken.outcome = `${what}: ${said}, not ${may.join(' or ')}`;
    this.words.push(`${what}: ${said}`);
    return said;
  }

  /** Something that must be so. */
  expect(what: string, holds: unknown): void {
    if (holds !== true) this.broken.outcome = `not so: ${what}`;
  }

  breakOracles(broken: Partial<Record<Oracle, string>>): void {
    Object.assign(this.broken, broken);
  }
}
