import type { IncomingMessage } from 'node:http';

import type { FastifyInstance } from 'fastify';

import { TributaryError } from '../../model/errors.js';
import { isAllowedOrigin } from '../allowed-origins.js';
import { errorResponse, errorStatuses, formatRetryAfter } from '../http-error-responses.js';
import type { ProcessProbes } from '../process-probes.js';
import type { ListenerGuard } from './guard.js';
import { guessCaller, type SchedulingQueue } from './scheduling-queue.js';

/** The place of one operation in the counts. */
export interface OperationSlot {
  /** To be called when its caller is known: from then on it is in flight. False: too many are, and it has to be refused. */
  admit(): boolean;
  /** To be called when it has ended. */
  release(): void;
}

/**
 * Decides whether one more operation may start. The gateway is overloaded when work piles up beyond what deadlines bear, so the measure is
 * how long the operation would wait to be scheduled, which the queue knows from its length and from the pace of the last starts.
 *
 * A fixed number of clients, each of which sends its next operation after the response to the last one, makes no more operations wait than
 * there are clients: 256 clients whose operations take 10 ms wait 2.5 s, and get everything that the process can do. Up to so many
 * operations are refused only when they would wait for a good part of the 30 s that clients and proxies commonly allow. More operations
 * than that come from a crowd that does not slow down by itself. A long queue would make it wait and gain nothing, so it is kept short.
 *
 * The wait is that of the caller: the queue lets callers take turns, so that one who floods the gateway is refused, and the others are not.
 * Operations that wait for planes are in nobody's way, and only their number is bounded. A heap that is nearly full refuses everything.
 *
 * An operation counts as in flight from when its caller is admitted. Those whose caller is not known yet are counted apart, so that nobody
 * takes the place of a caller by waiting to be authenticated.
 */
export class ConcurrencyLimit {
  readonly #limits: OverloadThresholds;
  readonly #probes: ProcessProbes;
  readonly #queue: SchedulingQueue;
  #arriving = 0;
  #inFlight = 0;
  #isHeapFull = false;

  constructor(limits: OverloadThresholds, probes: ProcessProbes, queue: SchedulingQueue) {
    this.#limits = limits;
    this.#probes = probes;
    this.#queue = queue;
  }

  /** Whether one more operation of this caller may start. */
  hasCapacity(caller: string): boolean {
    const { operations, patientOperations, patientWaitMs, waitMs } = this.#limits;
    if (this.#isHeapFull || this.#inFlight >= operations || this.#arriving >= operations) return false;
    return this.#queue.expectedWaitMs(caller) <= (this.#arriving + this.#inFlight < patientOperations ? patientWaitMs : waitMs);
  }

  /** After how many milliseconds a refused client may try again. */
  get retryAfterMs(): number {
    return this.#limits.retryAfterMs;
  }

  /** Counts an operation that has arrived. */
  acquire(): OperationSlot {
    let state: 'arriving' | 'in flight' | 'ended' = 'arriving';
    this.#arriving += 1;
    return {
      admit: () => {
        if (state === 'in flight') return true;
        if (state === 'ended' || this.#inFlight >= this.#limits.operations) return false;
        state = 'in flight';
        this.#arriving -= 1;
        this.#inFlight += 1;
        return true;
      },
      release: () => {
        if (state === 'arriving') this.#arriving -= 1;
        if (state === 'in flight') this.#inFlight -= 1;
        state = 'ended';
      },
    };
  }

  /** Looks at the heap. To be called once a second. */
  measureHeap(): void {
    this.#isHeapFull = this.#probes.heapShare() > this.#limits.heapShare;
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
      if (concurrency.hasCapacity(guessCaller(request)) || isExempt(request)) return listener(request, response);
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
export interface OverloadThresholds {
  /** Operations in flight, in all; as many more may have arrived whose callers are not admitted yet. */
  readonly operations: number;
  /** Up to so many operations of both kinds may wait for `patientWaitMs` to be scheduled, and more for `waitMs`, in milliseconds. */
  readonly patientOperations: number;
  readonly patientWaitMs: number;
  readonly waitMs: number;
  /** The used share of the heap that the process may have, from 0 to 1. */
  readonly heapShare: number;
  /** After how many milliseconds a refused client may try again. */
  readonly retryAfterMs: number;
}

export const overloadThresholds: OverloadThresholds = {
  operations: 1_024,
  patientOperations: 256,
  patientWaitMs: 10_000,
  waitMs: 2_000,
  heapShare: 0.85,
  retryAfterMs: 1_000,
};

/** Measures once a second, as long as the app is open. */
export function measurePeriodically(app: FastifyInstance, concurrency: ConcurrencyLimit): void {
  const timer = setInterval(() => concurrency.measureHeap(), 1_000).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
