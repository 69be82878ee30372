import { sleep } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { CallAdmission } from './call-admission.js';
import { Cancellation } from './cancellation.js';
import type { Permit } from './circuit-breaker.js';
import { type AttemptClock, attemptTimeMs, minAttemptMs, type ReadDeadline, ReadDeadlines } from './deadline.js';
import { type AttemptResult, classifyAttempt, toTransportProblem } from './failure-classification.js';
import { buildSharingKey, type RequestAttempt, type UpstreamRequest } from './request.js';
import type { RequestedPause } from './pause/requested-pause.js';
import type { UpstreamResponse } from './response.js';
import { maxAttempts, RetryTokenBucket, retryWaitMs } from './retry.js';
import { type InFlightRequest, SingleFlight } from './single-flight.js';

interface ResilientRequestsOptions {
  /** Makes one attempt. Retries go over a new connection: all those of the pool may have gone stale together. */
  readonly sendOnce: (url: URL, attempt: RequestAttempt, over: 'kept connection' | 'new connection') => Promise<UpstreamResponse>;
  readonly admission: CallAdmission;
  /**
   * What the plane asked for. Reads that begin meanwhile wait for the end of it where their deadline lets them, and fail otherwise; logins
   * keep to both. While a plane refuses logins, a token that is still valid serves reads.
   */
  readonly pauses: { readonly reads: RequestedPause; readonly logins: RequestedPause };
  readonly clock: AttemptClock;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Milliseconds that a read may take in all. */
  readonly totalMs: number;
}

/**
 * Reads of a plane, from top to bottom of this file: the deadline, the pause that the plane asked for, then single-flight, then for each attempt its admission
 * (circuit breaker and bulkhead), the exchange, the classification of its result, and the decision on a retry.
 */
export class ResilientRequests {
  readonly #options: ResilientRequestsOptions;
  readonly #deadlines: ReadDeadlines;
  readonly #inFlight = new SingleFlight<UpstreamResponse>();
  readonly #retryTokens = new RetryTokenBucket();

  constructor(options: ResilientRequestsOptions) {
    this.#options = options;
    this.#deadlines = new ReadDeadlines(options.totalMs, options.clock.monotonic);
  }

  /** Resolves with a response of any status; rejects with a SourceProblemError where there is none. */
  async send(url: URL, request: UpstreamRequest): Promise<UpstreamResponse> {
    const deadline = this.#deadlines.forSignal(request.signal);
    // Calls of a read that began before the pause still go: they may show that only a part of the plane is in trouble.
    const refusal = deadline.isBegun ? null : this.#findRefusal(request.method);
    if (refusal !== null && !(await this.#waitForPause(refusal, deadline, request.signal))) return refusal;
    deadline.isBegun = true;
    const key = buildSharingKey(url, request);
    const response = await this.#inFlight.join(key, deadline, (inFlight) => this.#attemptWithRetries(url, request, inFlight));
    this.#updatePause(response, request.method, deadline);
    return response;
  }

  /** The response that asked for a pause; null: there is none. */
  #findRefusal(method: UpstreamRequest['method']): UpstreamResponse | null {
    const { reads, logins } = this.#options.pauses;
    return reads.response ?? (method === 'GET' ? null : logins.response);
  }

  /** Whether the pause ends early enough to send the call after it; then it is over. */
  async #waitForPause({ refusedForMs }: UpstreamResponse, { endsAt }: ReadDeadline, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    if (clock.monotonic() + refusedForMs + minAttemptMs > endsAt) return false;
    await sleep(refusedForMs, clock.scheduler, signal);
    return true;
  }

  /**
   * A plane that answers another call of the same read is in trouble with a part of its tasks alone; but a limit of the rate lasts, since
   * the calls that come before it is reached succeed.
   */
  #updatePause(response: UpstreamResponse, method: UpstreamRequest['method'], deadline: ReadDeadline): void {
    const pause = this.#options.pauses[method === 'GET' ? 'reads' : 'logins'];
    // With 303, the catalog says that a task is completed.
    if (response.isSuccess || response.status === 303) {
      deadline.hasSucceeded = true;
      pause.endUnlessRateLimit();
    } else if (!deadline.hasSucceeded || response.status === 429) pause.observe(response);
  }

  async #attemptWithRetries(url: URL, request: UpstreamRequest, inFlight: InFlightRequest<UpstreamResponse>): Promise<UpstreamResponse> {
    const { clock, sendOnce } = this.#options;
    let previous: AttemptResult | null = null;
    for (let retry = 0; ; retry++) {
      let admitted: AdmittedAttempt;
      try {
        admitted = await this.#admitAttempt(inFlight, maxAttempts - 1 - retry);
      } catch (error) {
        // What the plane did in the previous attempt says more than that no further one was admitted.
        if (previous === null && error instanceof SourceProblemError) previous = { kind: 'error', error };
        if (previous === null) throw error;
        return this.#unwrap(previous);
      }
      inFlight.sentAt = clock.monotonic();
      const over = retry === 0 ? 'kept connection' : 'new connection';
      const result = await this.#sendWithTimeout(admitted.timeMs, inFlight.cancellation, (cancellation) =>
        sendOnce(url, { ...request, cancellation }, over),
      );
      const outcome = isAbandoned(inFlight.cancellation) ? 'ignored' : classifyAttempt(result, request.method);
      if (outcome === 'success') this.#retryTokens.earn();
      const waitMs = this.#decideRetry(result, request.method, retry, inFlight);
      admitted.permit.done(waitMs !== null && (outcome === 'failure' || outcome === 'timeout') ? 'retried' : outcome);
      if (waitMs === null) return this.#unwrap(result);
      previous = result;
      inFlight.sentAt = null;
      await sleep(waitMs, clock.scheduler, inFlight.cancellation.signal);
    }
  }

  /** Rejects with a SourceProblemError when the attempt is not admitted, or too little time is left. */
  async #admitAttempt(inFlight: InFlightRequest<UpstreamResponse>, attemptsLeft: number): Promise<AdmittedAttempt> {
    const { admission, clock, totalMs } = this.#options;
    const permit = admission.tryEnter() ?? (await admission.enter(inFlight.cancellation.signal));
    const timeMs = attemptTimeMs({ remainingMs: inFlight.endsAt - clock.monotonic(), totalMs, attemptsLeft });
    if (timeMs !== null && !inFlight.cancellation.isCancelled) return { permit, timeMs };
    permit.done('ignored');
    throw new SourceProblemError('TIMEOUT', 'The plane did not answer in time.');
  }

  /** Makes one attempt within its time. It never rejects: its permit must be returned. */
  async #sendWithTimeout(
    timeMs: number,
    outer: Cancellation,
    send: (cancellation: Cancellation) => Promise<UpstreamResponse>,
  ): Promise<AttemptResult> {
    const attempt = new Cancellation();
    const cancelTimeout = this.#options.clock.scheduler.after(timeMs, () => attempt.cancel(attemptTimeout));
    const stopFollowing = outer.onCancel(() => attempt.cancel(outer.reason));
    try {
      return { kind: 'response', response: await send(attempt) };
    } catch (error) {
      return { kind: 'error', error: toTransportProblem(error, attempt.isCancelled) };
    } finally {
      cancelTimeout();
      stopFollowing();
    }
  }

  /** Milliseconds until the next attempt; null when there is to be none. */
  #decideRetry(
    result: AttemptResult,
    method: UpstreamRequest['method'],
    retry: number,
    { endsAt, cancellation }: InFlightRequest<UpstreamResponse>,
  ): number | null {
    const { clock, random } = this.#options;
    const waitMs = retryWaitMs(result, method, retry, random);
    const isInTime = waitMs !== null && clock.monotonic() + waitMs + minAttemptMs <= endsAt;
    return isInTime && !cancellation.isCancelled && this.#retryTokens.take() ? waitMs : null;
  }

  /** Adds for how long the circuit is open: a caller who comes back earlier would be refused. */
  #unwrap(result: AttemptResult): UpstreamResponse {
    const { openForMs } = this.#options.admission;
    if (result.kind === 'response') return result.response.withRefusalFor(openForMs);
    throw result.error.withMinRetryAfter(openForMs);
  }
}

/** Why an attempt ended that took all of its time. */
const attemptTimeout = 'The time of the attempt is over.';

/** An attempt that was admitted, and how long it may take. */
interface AdmittedAttempt {
  readonly permit: Permit;
  readonly timeMs: number;
}

/** Whether all callers left before their deadline: then the failure is not the fault of the plane. */
function isAbandoned({ isCancelled, reason }: Cancellation): boolean {
  const isDeadline = typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
  return isCancelled && !isDeadline;
}
