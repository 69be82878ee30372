import type { Scheduler } from '../lib/scheduler.js';
import type { TaskSourceCircuit } from '../model/source-health.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { AttemptVerdict } from './failure-classification.js';

/** In a row; a plane that nobody can connect to need not be asked ten times. */
const maxConnectFailures = 5;
const firstOpenMs = 5_000;
const maxOpenMs = 60_000;
const successesToClose = 2;

/** More calls than this are refused, and do not wait for the probe. */
const maxWaitingForProbe = 64;

/** Nobody waits for a probe that has taken longer, in milliseconds: the plane is not well, and all that comes would be slow. */
const maxProbeWaitMs = 500;

type Phase =
  | { readonly is: 'closed'; readonly window: FailureWindow; connectFailures: number }
  /** `step` counts how often it opened without closing in between. */
  | { readonly is: 'open'; readonly since: number; readonly lastsMs: number; readonly step: number }
  /** `probedAt`: since when a call is tried; null while none is. */
  | { readonly is: 'half-open'; readonly step: number; probedAt: number | null; successes: number };

/** Leave to make one call; what came of it must be said, once. */
export interface Permit {
  done(verdict: AttemptVerdict): void;
}

export interface CircuitBreakerOptions {
  /** Milliseconds that never go back. */
  readonly steady: () => number;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
}

/**
 * Keeps calls from a plane that fails: none for 5 s and twice as long each time, up to 60 s; then one after the other, while
 * further calls wait for what becomes of it, half a second at most, until two have succeeded.
 *
 * Why not a library: time must be injected for tests that do not sleep, calls must wait for a probe instead of failing next to
 * a plane that has just come back, and it must say when it will let a call through.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #waiting = new Set<() => void>();
  #phase: Phase = closedPhase();

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get state(): TaskSourceCircuit {
    const phase = this.#currentPhase();
    return phase.is === 'closed' ? 'CLOSED' : phase.is === 'open' ? 'OPEN' : 'HALF_OPEN';
  }

  /** Milliseconds until it lets a call through; 0 when it does now. */
  get openForMs(): number {
    const phase = this.#currentPhase();
    return phase.is === 'open' ? this.#remainingOpenMs(phase) : 0;
  }

  /** Leave to make a call. Rejects with a SourceProblemError of kind CIRCUIT_OPEN; waits for another call that is tried. */
  async admit(signal: AbortSignal): Promise<Permit> {
    for (let phase = this.#currentPhase(); phase.is !== 'closed'; phase = this.#currentPhase()) {
      if (phase.is === 'open' || signal.aborted || this.#waiting.size >= maxWaitingForProbe) throw this.createOpenError();
      if (phase.probedAt === null) {
        phase.probedAt = this.#options.steady();
        return this.#permit(phase);
      }
      if (!(await this.#awaitProbe(signal, phase.probedAt + maxProbeWaitMs - this.#options.steady()))) throw this.createOpenError();
    }
    return this.#permit(this.#phase);
  }

  createOpenError(): SourceProblemError {
    const retryAfterMs = this.openForMs;
    return new SourceProblemError('CIRCUIT_OPEN', 'The plane was not asked: it failed too often a moment ago.', {
      retryAfterMs: retryAfterMs === 0 ? null : retryAfterMs,
    });
  }

  #permit(phase: Phase): Permit {
    return {
      done: (verdict) => {
        // What was under way when the phase ended says nothing of the next one.
        if (this.#phase !== phase) return;
        if (phase.is === 'closed') this.#record(phase, verdict);
        else if (phase.is === 'half-open') this.#recordProbe(phase, verdict);
      },
    };
  }

  #record(phase: Extract<Phase, { is: 'closed' }>, verdict: AttemptVerdict): void {
    // Three attempts at one bad task are one failure: else it would cost all others their plane.
    if (verdict === 'none' || verdict === 'retried') return;
    phase.connectFailures = verdict === 'no-connection' ? phase.connectFailures + 1 : 0;
    const fails = phase.window.add(verdict === 'good' ? 'good' : 'bad', this.#options.steady());
    if (verdict !== 'good' && (fails || phase.connectFailures >= maxConnectFailures)) this.#open(0);
  }

  #recordProbe(phase: Extract<Phase, { is: 'half-open' }>, verdict: AttemptVerdict): void {
    phase.probedAt = null;
    if (verdict === 'good') phase.successes += 1;
    if (verdict === 'bad' || verdict === 'retried' || verdict === 'no-connection') this.#open(phase.step + 1);
    else if (phase.successes >= successesToClose) this.#phase = closedPhase();
    const woken = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of woken) wake();
  }

  /** Up to a tenth shorter, so that gateways that saw the same outage do not come back together. */
  #open(step: number): void {
    const { steady, random } = this.#options;
    const longest = Math.min(maxOpenMs, firstOpenMs * 2 ** step);
    this.#phase = { is: 'open', since: steady(), lastsMs: longest * (1 - 0.1 * random()), step };
  }

  #currentPhase(): Phase {
    const phase = this.#phase;
    if (phase.is === 'open' && this.#remainingOpenMs(phase) <= 0)
      this.#phase = { is: 'half-open', step: phase.step, probedAt: null, successes: 0 };
    return this.#phase;
  }

  /** A clock that goes back after all never makes it longer than it was meant to be. */
  #remainingOpenMs({ since, lastsMs }: { readonly since: number; readonly lastsMs: number }): number {
    return Math.min(lastsMs, since + lastsMs - this.#options.steady());
  }

  /** Whether one came within so many milliseconds. */
  #awaitProbe(signal: AbortSignal, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      if (waitMs <= 0) return resolve(false);
      const end = (isThere: boolean) => (): void => {
        cancel();
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', giveUp);
        resolve(isThere);
      };
      const [wake, giveUp] = [end(true), end(false)];
      const cancel = this.#options.scheduler.after(waitMs, giveUp);
      this.#waiting.add(wake);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }
}

function closedPhase(): Phase {
  return { is: 'closed', window: new FailureWindow(), connectFailures: 0 };
}

const windowMs = 10_000;
const bucketMs = 500;
const minCalls = 10;
const failureShare = 0.5;

interface Bucket {
  readonly number: number;
  calls: number;
  failures: number;
}

/** Counts the calls of the last 10 s, in buckets of half a second, so that what it keeps is bounded. */
export class FailureWindow {
  #buckets: Bucket[] = [];

  /** Whether at least 10 calls of the last 10 s are known, and half of them or more failed. `now` in milliseconds. */
  add(outcome: 'good' | 'bad', now: number): boolean {
    const number = Math.floor(now / bucketMs);
    // A clock that was set back leaves buckets of the future behind; they go too.
    this.#buckets = this.#buckets.filter((one) => one.number <= number && one.number > number - windowMs / bucketMs);
    const bucket = this.#bucket(number);
    bucket.calls += 1;
    if (outcome === 'bad') bucket.failures += 1;
    const calls = this.#buckets.reduce((sum, one) => sum + one.calls, 0);
    const failures = this.#buckets.reduce((sum, one) => sum + one.failures, 0);
    return calls >= minCalls && failures >= calls * failureShare;
  }

  #bucket(number: number): Bucket {
    const last = this.#buckets.at(-1);
    if (last?.number === number) return last;
    const bucket = { number, calls: 0, failures: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }
}
