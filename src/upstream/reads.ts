import { SourceProblemError } from '../task/error/source-problem-error.js';
import { attemptTimeMs, leastAttemptMs } from './attempt-time.js';
import { Budgets } from './budgets.js';
import type { CircuitBreaker, Permit } from './circuit-breaker.js';
import type { Flight } from './flight.js';
import { Flights } from './flights.js';
import type { Gate } from './gate.js';
import { mostAttempts, retryWaitMs } from './retry-wait.js';
import { RetryTokens } from './retry-tokens.js';
import { sleep } from './sleep.js';
import type { Timing } from './timing.js';
import { problemOfFailure } from './transport-problem.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamRequest } from './upstream-request.js';
import { type Attempted, verdictOf } from './verdict.js';

export interface ReadsOptions {
  /** One attempt: any status is an answer. A retry goes over a connection of its own: those that were kept may all have gone stale. */
  readonly send: (url: URL, request: UpstreamRequest, over: 'kept connection' | 'new connection') => Promise<UpstreamAnswer>;
  readonly gate: Gate;
  readonly breaker: CircuitBreaker;
  readonly timing: Timing;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Milliseconds that a reading may take in all. */
  readonly totalMs: number;
}

/** Asks a plane: once for all who want the same, again where that may help, and never beyond the deadline of the reading. */
export class Reads {
  readonly #options: ReadsOptions;
  readonly #budgets: Budgets;
  readonly #flights = new Flights<UpstreamAnswer>();
  readonly #tokens = new RetryTokens();

  constructor(options: ReadsOptions) {
    this.#options = options;
    this.#budgets = new Budgets(options.totalMs, options.timing.elapsed);
  }

  /** Rejects with a SourceProblemError where no answer came. */
  read(url: URL, request: UpstreamRequest): Promise<UpstreamAnswer> {
    const budget = this.#budgets.of(request.signal);
    return this.#flights.join(keyOf(url, request), budget, request.signal, (flight) => this.#persist(url, request, flight));
  }

  async #persist(url: URL, request: UpstreamRequest, flight: Flight<UpstreamAnswer>): Promise<UpstreamAnswer> {
    const { timing, send } = this.#options;
    let last: Attempted | null = null;
    for (let retry = 0; ; retry++) {
      let permit: Permit;
      let timeMs: number;
      try {
        ({ permit, timeMs } = await this.#begin(flight, mostAttempts - 1 - retry));
      } catch (error) {
        // What the plane itself did says more than that it was not asked again.
        if (last === null && error instanceof SourceProblemError) last = { error };
        if (last === null) throw error;
        return this.#settle(last);
      }
      flight.sentAt = timing.elapsed();
      const over = retry === 0 ? 'kept connection' : 'new connection';
      const attempted = await this.#send(timeMs, flight.signal, (signal) => send(url, { ...request, signal }, over));
      const verdict = isGivenUp(flight.signal) ? 'none' : verdictOf(attempted, request.method);
      if (verdict === 'good') this.#tokens.earn();
      const waitMs = this.#waitMs(attempted, request.method, retry, flight);
      permit.done(waitMs !== null && verdict === 'bad' ? 'retried' : verdict);
      if (waitMs === null) return this.#settle(attempted);
      last = attempted;
      flight.sentAt = null;
      await sleep(waitMs, timing.scheduler, flight.signal);
    }
  }

  /** Leave to make an attempt, and how long it may take. Rejects with a SourceProblemError when there is to be none. */
  async #begin(flight: Flight<UpstreamAnswer>, further: number): Promise<{ permit: Permit; timeMs: number }> {
    const { gate, timing, totalMs } = this.#options;
    const permit = await gate.enter(flight.signal);
    const timeMs = attemptTimeMs({ remainingMs: flight.endsAt - timing.elapsed(), totalMs, further });
    if (timeMs !== null && !flight.signal.aborted) return { permit, timeMs };
    permit.done('none');
    throw new SourceProblemError('TIMEOUT', 'The plane did not answer in time.');
  }

  /** Milliseconds until another attempt; null when there is to be none. */
  #waitMs(
    attempted: Attempted,
    method: UpstreamRequest['method'],
    retry: number,
    { endsAt, signal }: Flight<UpstreamAnswer>,
  ): number | null {
    const { timing, random } = this.#options;
    const waitMs = retryWaitMs(attempted, method, retry, random);
    const isInTime = waitMs !== null && timing.elapsed() + waitMs + leastAttemptMs <= endsAt;
    return isInTime && !signal.aborted && this.#tokens.take() ? waitMs : null;
  }

  /** It never rejects: the permit must be given back. */
  async #send(timeMs: number, given: AbortSignal, send: (signal: AbortSignal) => Promise<UpstreamAnswer>): Promise<Attempted> {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const cancel = this.#options.timing.scheduler.after(timeMs, abort);
    given.addEventListener('abort', abort, { once: true });
    try {
      return { answer: await send(controller.signal) };
    } catch (error) {
      return { error: problemOfFailure(error, controller.signal) };
    } finally {
      cancel();
      given.removeEventListener('abort', abort);
    }
  }

  /** Says, too, how long the plane will not be asked at all: whoever comes back before that comes in vain. */
  #settle(attempted: Attempted): UpstreamAnswer {
    const { refusesForMs } = this.#options.breaker;
    if ('answer' in attempted) return attempted.answer.notBefore(refusesForMs);
    throw attempted.error.notBefore(refusesForMs);
  }
}

/** Everybody left, and not because their time was over: that would be the plane's doing. */
function isGivenUp({ aborted, reason }: { readonly aborted: boolean; readonly reason: unknown }): boolean {
  const isDeadline = typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
  return aborted && !isDeadline;
}

/** Who sends other headers, above all another credential, asks another question. Only what is a GET can be shared. */
function keyOf(url: URL, { method, headers }: UpstreamRequest): string | null {
  return method === 'GET' ? JSON.stringify([url.href, Object.entries(headers ?? {}).toSorted()]) : null;
}
