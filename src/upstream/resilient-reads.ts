import { sleep } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { CircuitBreaker, Permit } from './circuit-breaker.js';
import { attemptTimeMs, minAttemptMs, ReadDeadlines, type UpstreamClock } from './deadline.js';
import { type AttemptResult, classifyAttempt, toTransportProblem } from './failure-classification.js';
import type { UpstreamGuard } from './guard.js';
import type { UpstreamRequest } from './request.js';
import type { UpstreamResponse } from './response.js';
import { maxAttempts, RetryTokenBucket, retryWaitMs } from './retry.js';
import { type InFlightRequest, SingleFlight } from './single-flight.js';

export interface ResilientReadsOptions {
  /** One attempt: any status is an answer. A retry goes over a connection of its own: those that were kept may all have gone stale. */
  readonly send: (url: URL, request: UpstreamRequest, over: 'kept connection' | 'new connection') => Promise<UpstreamResponse>;
  readonly gate: UpstreamGuard;
  readonly breaker: CircuitBreaker;
  readonly timing: UpstreamClock;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Milliseconds that a reading may take in all. */
  readonly totalMs: number;
}

/** Asks a plane: once for all who want the same, again where that may help, and never beyond the deadline of the reading. */
export class ResilientReads {
  readonly #options: ResilientReadsOptions;
  readonly #deadlines: ReadDeadlines;
  readonly #inFlight = new SingleFlight<UpstreamResponse>();
  readonly #retryTokens = new RetryTokenBucket();

  constructor(options: ResilientReadsOptions) {
    this.#options = options;
    this.#deadlines = new ReadDeadlines(options.totalMs, options.timing.elapsed);
  }

  /** Rejects with a SourceProblemError where no answer came. */
  read(url: URL, request: UpstreamRequest): Promise<UpstreamResponse> {
    const budget = this.#deadlines.forSignal(request.signal);
    return this.#inFlight.join(buildSharingKey(url, request), budget, request.signal, (flight) =>
      this.#attemptWithRetries(url, request, flight),
    );
  }

  async #attemptWithRetries(url: URL, request: UpstreamRequest, flight: InFlightRequest<UpstreamResponse>): Promise<UpstreamResponse> {
    const { timing, send } = this.#options;
    let last: AttemptResult | null = null;
    for (let retry = 0; ; retry++) {
      let permit: Permit;
      let timeMs: number;
      try {
        ({ permit, timeMs } = await this.#acquirePermit(flight, maxAttempts - 1 - retry));
      } catch (error) {
        // What the plane itself did says more than that it was not asked again.
        if (last === null && error instanceof SourceProblemError) last = { error };
        if (last === null) throw error;
        return this.#unwrap(last);
      }
      flight.sentAt = timing.elapsed();
      const over = retry === 0 ? 'kept connection' : 'new connection';
      const attempted = await this.#send(timeMs, flight.signal, (signal) => send(url, { ...request, signal }, over));
      const verdict = isAbandoned(flight.signal) ? 'none' : classifyAttempt(attempted, request.method);
      if (verdict === 'good') this.#retryTokens.earn();
      const waitMs = this.#waitMs(attempted, request.method, retry, flight);
      permit.done(waitMs !== null && verdict === 'bad' ? 'retried' : verdict);
      if (waitMs === null) return this.#unwrap(attempted);
      last = attempted;
      flight.sentAt = null;
      await sleep(waitMs, timing.scheduler, flight.signal);
    }
  }

  /** Leave to make an attempt, and how long it may take. Rejects with a SourceProblemError when there is to be none. */
  async #acquirePermit(flight: InFlightRequest<UpstreamResponse>, further: number): Promise<{ permit: Permit; timeMs: number }> {
    const { gate, timing, totalMs } = this.#options;
    const permit = await gate.enter(flight.signal);
    const timeMs = attemptTimeMs({ remainingMs: flight.endsAt - timing.elapsed(), totalMs, attemptsLeft: further });
    if (timeMs !== null && !flight.signal.aborted) return { permit, timeMs };
    permit.done('none');
    throw new SourceProblemError('TIMEOUT', 'The plane did not answer in time.');
  }

  /** Milliseconds until another attempt; null when there is to be none. */
  #waitMs(
    attempted: AttemptResult,
    method: UpstreamRequest['method'],
    retry: number,
    { endsAt, signal }: InFlightRequest<UpstreamResponse>,
  ): number | null {
    const { timing, random } = this.#options;
    const waitMs = retryWaitMs(attempted, method, retry, random);
    const isInTime = waitMs !== null && timing.elapsed() + waitMs + minAttemptMs <= endsAt;
    return isInTime && !signal.aborted && this.#retryTokens.take() ? waitMs : null;
  }

  /** It never rejects: the permit must be given back. */
  async #send(timeMs: number, given: AbortSignal, send: (signal: AbortSignal) => Promise<UpstreamResponse>): Promise<AttemptResult> {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const cancel = this.#options.timing.scheduler.after(timeMs, abort);
    given.addEventListener('abort', abort, { once: true });
    try {
      return { answer: await send(controller.signal) };
    } catch (error) {
      return { error: toTransportProblem(error, controller.signal) };
    } finally {
      cancel();
      given.removeEventListener('abort', abort);
    }
  }

  /** Says, too, how long the plane will not be asked at all: whoever comes back before that comes in vain. */
  #unwrap(attempted: AttemptResult): UpstreamResponse {
    const { openForMs } = this.#options.breaker;
    if ('answer' in attempted) return attempted.answer.withCircuitOpenFor(openForMs);
    throw attempted.error.withMinRetryAfter(openForMs);
  }
}

/** Everybody left, and not because their time was over: that would be the plane's doing. */
function isAbandoned({ aborted, reason }: { readonly aborted: boolean; readonly reason: unknown }): boolean {
  const isDeadline = typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
  return aborted && !isDeadline;
}

/** Who sends other headers, above all another credential, asks another question. Only what is a GET can be shared. */
function buildSharingKey(url: URL, { method, headers }: UpstreamRequest): string | null {
  return method === 'GET' ? JSON.stringify([url.href, Object.entries(headers ?? {}).toSorted()]) : null;
}
