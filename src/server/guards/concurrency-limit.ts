import type { IncomingMessage } from 'node:http';

import type { FastifyInstance } from 'fastify';

import { TributaryError } from '../../model/errors.js';
import { isAllowedOrigin } from '../allowed-origins.js';
import { errorResponse, errorStatuses, formatRetryAfter } from '../http-error-responses.js';
import type { ProcessProbes } from '../process-probes.js';
import type { ListenerGuard } from './guard.js';
import type { SchedulingQueue } from './scheduling-queue.js';

/** The limit never falls below this: a gateway that refuses everything never recovers. A full heap still refuses everything. */
const minLimit = 16;

/**
 * An adaptive limit on operations in flight, as AIMD adapts a window: once a second the limit is halved while the process is overloaded
 * (the event loop is late, or every operation waited long in the scheduling queue), and otherwise grows by half, up to `operations`.
 * It grows by a factor, not by a constant, so that operations that only wait for planes do not suffer long from one busy second. A heap
 * that is nearly full refuses everything.
 */
export class ConcurrencyLimit {
  readonly #limits: OverloadThresholds;
  readonly #probes: ProcessProbes;
  readonly #queue: SchedulingQueue;
  #inFlight = 0;
  /** The most operations in flight since the last adjustment. */
  #peak = 0;
  #limit: number;
  #isHeapFull = false;

  constructor(limits: OverloadThresholds, probes: ProcessProbes, queue: SchedulingQueue) {
    this.#limits = limits;
    this.#probes = probes;
    this.#queue = queue;
    this.#limit = limits.operations;
  }

  /** Whether one more operation may start. */
  get hasCapacity(): boolean {
    return !this.#isHeapFull && this.#inFlight < this.#limit;
  }

  /** After how many milliseconds a refused client may try again. */
  get retryAfterMs(): number {
    return this.#limits.retryAfterMs;
  }

  /** Counts an operation as in flight. Call the returned function once, when it has ended. */
  acquire(): () => void {
    this.#inFlight += 1;
    this.#peak = Math.max(this.#peak, this.#inFlight);
    return () => {
      this.#inFlight -= 1;
    };
  }

  /** Adapts the limit. To be called once a second. */
  adjust(): void {
    const { operations, queueWaitMs, loopDelayMs, heapShare } = this.#limits;
    const [waitMs, delayMs] = [this.#queue.takeShortestWaitMs(), this.#probes.loopDelayMs()];
    const isLate = waitMs > queueWaitMs || delayMs > loopDelayMs;
    this.#limit = isLate
      ? Math.max(minLimit, Math.floor(Math.min(this.#limit, this.#peak) / 2))
      : Math.min(operations, Math.ceil(this.#limit * 1.5));
    this.#isHeapFull = this.#probes.heapShare() > heapShare;
    this.#peak = this.#inFlight;
  }
}

interface OverloadOptions {
  /** Paths that are never refused. */
  readonly exemptPaths: readonly string[];
  /** Origins whose pages may read the response. */
  readonly cors: readonly string[];
}

/**
 * Refuses requests while the gateway is overloaded, before anything of them is read: a refusal must cost next to nothing, or the gateway
 * would do nothing but refuse. Preflight requests of browsers pass, so that a page can see why its request was refused.
 */
export function createOverloadGuard(concurrency: ConcurrencyLimit, { exemptPaths, cors }: OverloadOptions): ListenerGuard {
  const isExempt = ({ method, url = '' }: IncomingMessage): boolean =>
    method === 'OPTIONS' || exemptPaths.includes(url.split('?', 1)[0] ?? '');
  const refusal = new OverloadedError(concurrency.retryAfterMs);
  // As a string, Node sends it in one packet with the headers.
  const body = JSON.stringify(errorResponse(refusal));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'retry-after': formatRetryAfter(refusal.retryAfterMs),
    'x-content-type-options': 'nosniff',
    ...(cors.length > 0 && { vary: 'Origin' }),
  };
  return {
    name: 'overload',
    refuses: ['503 OVERLOADED'],
    wrap: (listener) => (request, response) => {
      if (concurrency.hasCapacity || isExempt(request)) return listener(request, response);
      const { origin } = request.headers;
      const isAllowed = origin !== undefined && isAllowedOrigin(origin, cors);
      response.writeHead(errorStatuses.OVERLOADED, isAllowed ? { ...headers, 'access-control-allow-origin': origin } : headers);
      response.end(body);
    },
  };
}

/** Thrown for an operation that is refused because the gateway is overloaded: send it again after `retryAfterMs`. */
export class OverloadedError extends TributaryError {
  override readonly name = 'OverloadedError';
  readonly code = 'OVERLOADED';
  override readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('The gateway is overloaded; nothing of this request was executed.');
    this.retryAfterMs = retryAfterMs;
  }
}

/** When the process counts as overloaded. */
interface OverloadThresholds {
  /** The highest limit on operations in flight. */
  readonly operations: number;
  /** The shortest wait of a second in the scheduling queue, in milliseconds. */
  readonly queueWaitMs: number;
  /** How late the event loop is, in milliseconds, at the 99th percentile of a second. */
  readonly loopDelayMs: number;
  /** The used share of the heap that the process may have, from 0 to 1. */
  readonly heapShare: number;
  /** After how many milliseconds a refused client may try again. */
  readonly retryAfterMs: number;
}

export const overloadThresholds: OverloadThresholds = {
  operations: 256,
  queueWaitMs: 200,
  loopDelayMs: 200,
  heapShare: 0.85,
  retryAfterMs: 1_000,
};

/** Adapts the limit once a second, as long as the app is open. */
export function adjustPeriodically(app: FastifyInstance, concurrency: ConcurrencyLimit, probes: ProcessProbes): void {
  const timer = setInterval(() => concurrency.adjust(), 1_000).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    probes.stop();
  });
}
