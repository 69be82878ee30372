import { EventLoopLag } from '../matrix/event-loop-lag.js';
import type { Oracle } from '../matrix/run-cell.js';

/** The outcomes of an operation under each fault of the process, and the violated oracles. */
export class ProcessResult {
  readonly steps: string[] = [];
  readonly broken: Partial<Record<Oracle | 'outcome', string>> = {};

  /** Waits for an outcome; records a violation when it takes too long or is not an allowed one. */
  async expectOutcome(
    step: string,
    pending: Promise<string>,
    { allowed, maxMs }: { readonly allowed: readonly string[]; readonly maxMs: number },
  ): Promise<string> {
    const lag = new EventLoopLag();
    const startedAt = performance.now();
    const outcome = await pending;
    const durationMs = performance.now() - startedAt;
    const limitMs = maxMs + 100 + lag.stop() * 2;
    if (durationMs > limitMs) this.broken.O1 = `${step}: it took ${Math.round(durationMs)} ms of ${Math.round(limitMs)}`;
    if (!allowed.includes(outcome)) this.broken.outcome = `${step}: ${outcome}, not ${allowed.join(' or ')}`;
    this.steps.push(`${step}: ${outcome}`);
    return outcome;
  }

  /** Records a violation unless the condition holds. */
  expect(step: string, holds: unknown): void {
    if (holds !== true) this.broken.outcome = `not fulfilled: ${step}`;
  }

  recordBroken(broken: Partial<Record<Oracle, string>>): void {
    Object.assign(this.broken, broken);
  }
}
