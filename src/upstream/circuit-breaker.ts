import { SourceProblemError } from '../task/error/source-problem-error.js';
import type { TaskSourceCircuit } from '../task/source/circuit.js';
import type { Scheduler } from '../task/watch/scheduler.js';
import { FailureWindow } from './failure-window.js';
import type { Verdict } from './verdict.js';

/** In a row; a plane that nobody can connect to need not be asked ten times. */
const mostConnectFailures = 5;
const firstOpenMs = 5_000;
const longestOpenMs = 60_000;
const successesToClose = 2;
/** More calls than this are refused, and do not wait for the probe. */
const mostWaiting = 64;
/** Nobody waits for a probe that has taken longer, in milliseconds: the plane is not well, and all that comes would be slow. */
const probeWaitMs = 500;

type Phase =
  | { readonly is: 'closed'; readonly window: FailureWindow; connectFailures: number }
  /** `step` counts how often it opened without closing in between. */
  | { readonly is: 'open'; readonly since: number; readonly lastsMs: number; readonly step: number }
  /** `probedAt`: since when a call is tried; null while none is. */
  | { readonly is: 'half-open'; readonly step: number; probedAt: number | null; successes: number };

/** Leave to make one call; what came of it must be said, once. */
export interface Permit {
  done(verdict: Verdict): void;
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
  #phase: Phase = closed();

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get state(): TaskSourceCircuit {
    const phase = this.#current();
    return phase.is === 'closed' ? 'CLOSED' : phase.is === 'open' ? 'OPEN' : 'HALF_OPEN';
  }

  /** Milliseconds until it lets a call through; 0 when it does now. */
  get refusesForMs(): number {
    const phase = this.#current();
    return phase.is === 'open' ? this.#leftOf(phase) : 0;
  }

  /** Leave to make a call. Rejects with a SourceProblemError of kind CIRCUIT_OPEN; waits for another call that is tried. */
  async admit(signal: AbortSignal): Promise<Permit> {
    for (let phase = this.#current(); phase.is !== 'closed'; phase = this.#current()) {
      if (phase.is === 'open' || signal.aborted || this.#waiting.size >= mostWaiting) throw this.refusal();
      if (phase.probedAt === null) {
        phase.probedAt = this.#options.steady();
        return this.#permit(phase);
      }
      if (!(await this.#nextVerdict(signal, phase.probedAt + probeWaitMs - this.#options.steady()))) throw this.refusal();
    }
    return this.#permit(this.#phase);
  }

  refusal(): SourceProblemError {
    const retryAfterMs = this.refusesForMs;
    return new SourceProblemError('CIRCUIT_OPEN', 'The plane was not asked: it failed too often a moment ago.', {
      retryAfterMs: retryAfterMs === 0 ? null : retryAfterMs,
    });
  }

  #permit(phase: Phase): Permit {
    return {
      done: (verdict) => {
        // What was under way when the phase ended says nothing of the next one.
        if (this.#phase !== phase) return;
        if (phase.is === 'closed') this.#judge(phase, verdict);
        else if (phase.is === 'half-open') this.#judgeProbe(phase, verdict);
      },
    };
  }

  #judge(phase: Extract<Phase, { is: 'closed' }>, verdict: Verdict): void {
    // Three attempts at one bad task are one failure: else it would cost all others their plane.
    if (verdict === 'none' || verdict === 'retried') return;
    phase.connectFailures = verdict === 'no-connection' ? phase.connectFailures + 1 : 0;
    const fails = phase.window.add(verdict === 'good' ? 'good' : 'bad', this.#options.steady());
    if (verdict !== 'good' && (fails || phase.connectFailures >= mostConnectFailures)) this.#open(0);
  }

  #judgeProbe(phase: Extract<Phase, { is: 'half-open' }>, verdict: Verdict): void {
    phase.probedAt = null;
    if (verdict === 'good') phase.successes += 1;
    if (verdict === 'bad' || verdict === 'retried' || verdict === 'no-connection') this.#open(phase.step + 1);
    else if (phase.successes >= successesToClose) this.#phase = closed();
    const woken = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of woken) wake();
  }

  /** Up to a tenth shorter, so that gateways that saw the same outage do not come back together. */
  #open(step: number): void {
    const { steady, random } = this.#options;
    const longest = Math.min(longestOpenMs, firstOpenMs * 2 ** step);
    this.#phase = { is: 'open', since: steady(), lastsMs: longest * (1 - 0.1 * random()), step };
  }

  #current(): Phase {
    const phase = this.#phase;
    if (phase.is === 'open' && this.#leftOf(phase) <= 0) this.#phase = { is: 'half-open', step: phase.step, probedAt: null, successes: 0 };
    return this.#phase;
  }

  /** A clock that goes back after all never makes it longer than it was meant to be. */
  #leftOf({ since, lastsMs }: { readonly since: number; readonly lastsMs: number }): number {
    return Math.min(lastsMs, since + lastsMs - this.#options.steady());
  }

  /** Whether one came within so many milliseconds. */
  #nextVerdict(signal: AbortSignal, waitMs: number): Promise<boolean> {
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

function closed(): Phase {
  return { is: 'closed', window: new FailureWindow(), connectFailures: 0 };
}
