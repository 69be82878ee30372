import { type Clock, waitForEvent } from '../lib/scheduler.js';
import type { TaskSourceCircuit } from '../model/source-health.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { AttemptOutcome } from './failure-classification.js';

/** Consecutive connect failures that open the circuit: they say more than a failed response, so fewer are enough. */
const maxConnectFailures = 5;

/**
 * Consecutive time-outs that open the circuit. A plane that swallows every request for the whole deadline fails too
 * rarely for the window of ten seconds. Time-outs of calls that were under way together count as one, so that a few bad
 * tasks that are read at once do not open it.
 */
const maxTimeouts = 3;
const firstOpenMs = 5_000;
const maxOpenMs = 60_000;
const successesToClose = 2;

/** Calls that wait for a probe; further ones are refused at once. */
const maxWaitingForProbe = 64;

/**
 * No call waits for a probe that has run for longer, in milliseconds: a plane that slow would keep the callers waiting
 * too.
 */
const maxProbeWaitMs = 500;

type State =
  | { readonly kind: 'closed'; readonly window: FailureWindow; connectFailures: number; timeouts: number; lastTimeoutAt: number }
  /** `step` counts how often the circuit opened without closing in between. */
  | { readonly kind: 'open'; readonly since: number; readonly lastsMs: number; readonly step: number }
  /** `probedAt`: when the probe under way started; null while there is none. */
  | { readonly kind: 'half-open'; readonly step: number; probedAt: number | null; successes: number };

/** Permission to make one call. Its holder reports the outcome, exactly once. */
export interface Permit {
  done(outcome: AttemptOutcome): void;
}

/**
 * Circuit breaker of one plane. It opens when one of these is true:
 * - at least half of at least ten calls within 10 s failed;
 * - five connections in a row failed;
 * - three calls in a row timed out.
 *
 * It stays open for 5 s at first and twice as long each time, up to 60 s. Then it is half open: one probe at a time is sent,
 * while other calls wait up to half a second for its outcome. Two successes close it.
 *
 * Why not a library: time must be injected for tests that do not sleep, calls must wait for a probe instead of failing
 * next to a plane that has just recovered, and callers must be told when to come back.
 */
export class CircuitBreaker {
  readonly #clock: Pick<Clock, 'monotonic' | 'scheduler' | 'random'>;
  /** Wakes the calls that wait for a probe. */
  readonly #waiting = new Set<() => void>();
  #state: State = createClosedState();

  constructor(clock: Pick<Clock, 'monotonic' | 'scheduler' | 'random'>) {
    this.#clock = clock;
  }

  get state(): TaskSourceCircuit {
    const { kind } = this.#currentState();
    return kind === 'closed' ? 'CLOSED' : kind === 'open' ? 'OPEN' : 'HALF_OPEN';
  }

  /** Milliseconds until it lets a call through; 0 when it does now. */
  get openForMs(): number {
    const state = this.#currentState();
    return state.kind === 'open' ? this.#remainingOpenMs(state) : 0;
  }

  /** Permission to make a call while the circuit is closed; else null. */
  tryAdmit(): Permit | null {
    const state = this.#currentState();
    return state.kind === 'closed' ? this.#createPermit(state) : null;
  }

  /** Permission to make a call; waits for a probe under way. Rejects with a SourceProblemError of kind CIRCUIT_OPEN. */
  async admit(signal: AbortSignal): Promise<Permit> {
    for (let state = this.#currentState(); state.kind !== 'closed'; state = this.#currentState()) {
      if (state.kind === 'open' || signal.aborted || this.#waiting.size >= maxWaitingForProbe) throw this.createOpenError();
      if (state.probedAt === null) {
        state.probedAt = this.#clock.monotonic();
        return this.#createPermit(state);
      }
      if (!(await this.#waitForProbe(state.probedAt, signal))) throw this.createOpenError();
    }
    return this.#createPermit(this.#state);
  }

  createOpenError(): SourceProblemError {
    const retryAfterMs = this.openForMs;
    return new SourceProblemError('CIRCUIT_OPEN', 'The plane was not asked: it failed too often a moment ago.', {
      retryAfterMs: retryAfterMs === 0 ? null : retryAfterMs,
    });
  }

  #createPermit(state: State): Permit {
    const startedAt = this.#clock.monotonic();
    return {
      done: (outcome) => {
        // A call that started in an earlier state says nothing about this one.
        if (this.#state !== state) return;
        if (state.kind === 'closed') this.#recordCall(state, outcome, startedAt);
        else if (state.kind === 'half-open') this.#recordProbe(state, outcome);
      },
    };
  }

  #recordCall(state: Extract<State, { kind: 'closed' }>, outcome: AttemptOutcome, startedAt: number): void {
    // Three attempts of one read count as one failure: else a single bad task would open the circuit for all others.
    if (outcome === 'ignored' || outcome === 'retried') return;
    state.connectFailures = outcome === 'connect-failure' ? state.connectFailures + 1 : 0;
    this.#countTimeout(state, outcome, startedAt);
    const isFailing = state.window.add(outcome === 'success', this.#clock.monotonic());
    const isSilent = state.connectFailures >= maxConnectFailures || state.timeouts >= maxTimeouts;
    if (outcome !== 'success' && (isFailing || isSilent)) this.#open(0);
  }

  /** Any other outcome shows that the plane does not swallow every request. */
  #countTimeout(state: Extract<State, { kind: 'closed' }>, outcome: AttemptOutcome, startedAt: number): void {
    if (outcome !== 'timeout') state.timeouts = 0;
    else if (startedAt > state.lastTimeoutAt) {
      state.timeouts += 1;
      state.lastTimeoutAt = this.#clock.monotonic();
    }
  }

  #recordProbe(state: Extract<State, { kind: 'half-open' }>, outcome: AttemptOutcome): void {
    state.probedAt = null;
    if (outcome === 'success') state.successes += 1;
    if (outcome !== 'success' && outcome !== 'ignored') this.#open(state.step + 1);
    else if (state.successes >= successesToClose) this.#state = createClosedState();
    for (const wake of this.#waiting) wake();
  }

  /** Up to a tenth shorter, so that gateways that saw the same outage do not come back together. */
  #open(step: number): void {
    const { monotonic, random } = this.#clock;
    const longestMs = Math.min(maxOpenMs, firstOpenMs * 2 ** step);
    this.#state = { kind: 'open', since: monotonic(), lastsMs: longestMs * (1 - 0.1 * random()), step };
  }

  #currentState(): State {
    const state = this.#state;
    if (state.kind === 'open' && this.#remainingOpenMs(state) <= 0)
      this.#state = { kind: 'half-open', step: state.step, probedAt: null, successes: 0 };
    return this.#state;
  }

  /** Never longer than intended, even if the clock is set back. */
  #remainingOpenMs({ since, lastsMs }: { readonly since: number; readonly lastsMs: number }): number {
    return Math.min(lastsMs, since + lastsMs - this.#clock.monotonic());
  }

  /** Whether the probe ended in time. */
  async #waitForProbe(probedAt: number, signal: AbortSignal): Promise<boolean> {
    const waitMs = probedAt + maxProbeWaitMs - this.#clock.monotonic();
    if (waitMs <= 0) return false;
    const subscribe = (wake: () => void) => {
      this.#waiting.add(wake);
      return () => this.#waiting.delete(wake);
    };
    return (await waitForEvent(subscribe, waitMs, this.#clock.scheduler, signal)) === 'event';
  }
}

function createClosedState(): State {
  return { kind: 'closed', window: new FailureWindow(), connectFailures: 0, timeouts: 0, lastTimeoutAt: -Infinity };
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

/**
 * Sliding window over the calls of the last 10 s. It counts in buckets of half a second, so that its memory is bounded.
 */
class FailureWindow {
  #buckets: Bucket[] = [];

  /**
   * Counts a call at `now`, in milliseconds. Returns whether the window holds at least 10 calls, and at least half of
   * them failed.
   */
  add(isSuccess: boolean, now: number): boolean {
    const number = Math.floor(now / bucketMs);
    // A clock that was set back leaves buckets of the future; they are dropped too.
    this.#buckets = this.#buckets.filter((bucket) => bucket.number <= number && bucket.number > number - windowMs / bucketMs);
    const current = this.#findOrAddBucket(number);
    current.calls += 1;
    if (!isSuccess) current.failures += 1;
    const calls = this.#buckets.reduce((sum, bucket) => sum + bucket.calls, 0);
    const failures = this.#buckets.reduce((sum, bucket) => sum + bucket.failures, 0);
    return calls >= minCalls && failures >= calls * failureShare;
  }

  #findOrAddBucket(number: number): Bucket {
    const last = this.#buckets.at(-1);
    if (last?.number === number) return last;
    const bucket = { number, calls: 0, failures: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }
}
