import { systemClock } from '../lib/scheduler.js';
import type { TaskSourceCircuit } from '../model/source-health.js';
import { deliverOnce, type DeliveryResult } from './action-delivery.js';
import { BodyMemory } from './body/body-memory.js';
import { Bulkhead } from './bulkhead.js';
import { CallAdmission } from './call-admission.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ReadConnections } from './connections.js';
import type { AttemptClock } from './deadline.js';
import { exchange, type ExchangeOptions, exchangeOnNewConnection } from './exchange.js';
import { RequestUrls, type UpstreamRequest } from './request.js';
import { RequestedPause } from './pause/requested-pause.js';
import { ResilientRequests } from './resilient-requests.js';
import type { UpstreamResponse } from './response.js';
import type { SourceSettings } from './source-settings.js';

/** Reads, logins among them, that run at the same time: as many as the connection pool has connections. */
const maxConcurrentReads = 16;

/** Actions have a bulkhead of their own, so that slow reads never keep one from being sent. */
const maxConcurrentActions = 4;

/** Half a second in the queue is a tenth of the usual deadline; a caller that would wait longer is better refused with Retry-After. */
const queueLimits = { maxQueued: 64, maxQueueMs: 500 };

/**
 * HTTP to one plane. There is one client for each configured source: the connection pool, the circuit breaker and the
 * retry budget of a plane live in it. Redirects are never followed, and requests go to the origin of the base URL
 * alone.
 *
 * @example
 * const upstream = new UpstreamClient(settings);
 * const response = await upstream.send({ method: 'GET', path: ['v1', 'tasks'], headers: { authorization }, signal });
 * if (!response.isSuccess) throw toStatusProblem(response, parseErrorBody(response));
 */
export class UpstreamClient {
  readonly #settings: SourceSettings;
  readonly #connections: ReadConnections;
  readonly #urls: RequestUrls;
  readonly #breaker: CircuitBreaker;
  readonly #pauses: Readonly<Record<'reads' | 'logins', RequestedPause>>;
  readonly #requests: ResilientRequests;
  readonly #actionAdmission: CallAdmission;
  #exchangeOptions: ExchangeOptions;
  #clockAheadMs: number | null = null;
  #callsInProgress = 0;

  constructor(settings: SourceSettings, clock: AttemptClock = systemClock) {
    const { transport } = settings;
    const { monotonic, random, now } = settings.clock;
    const { scheduler } = clock;
    this.#exchangeOptions = { maxBodyBytes: transport.maxBodyBytes, now, bodies: new BodyMemory() };
    this.#settings = settings;
    this.#urls = new RequestUrls(transport.url);
    this.#connections = new ReadConnections(transport, monotonic);
    this.#breaker = new CircuitBreaker({ monotonic, random, scheduler });
    this.#pauses = { reads: new RequestedPause(monotonic), logins: new RequestedPause(monotonic) };
    this.#requests = new ResilientRequests({
      sendOnce: (url, request, over) =>
        over === 'kept connection'
          ? exchange(this.#connections.dispatcher, url, request, this.#exchangeOptions)
          : exchangeOnNewConnection(transport, url, request, this.#exchangeOptions),
      admission: new CallAdmission(this.#breaker, new Bulkhead({ maxConcurrent: maxConcurrentReads, ...queueLimits, scheduler })),
      pauses: this.#pauses,
      clock,
      random,
      totalMs: transport.timeoutMs,
    });
    this.#actionAdmission = new CallAdmission(
      this.#breaker,
      new Bulkhead({ maxConcurrent: maxConcurrentActions, ...queueLimits, scheduler }),
    );
  }

  /**
   * Sends a read in up to three attempts, or a login in up to two; `deliverOnce` is for actions. A response of any
   * status is returned; a SourceProblemError is thrown where there is none. All calls with one signal share one deadline.
   */
  async send(request: UpstreamRequest): Promise<UpstreamResponse> {
    const response = await this.#count(this.#requests.send(this.#url(request), request));
    this.#clockAheadMs = response.clockAheadMs ?? this.#clockAheadMs;
    return response;
  }

  /**
   * Sends an action: one attempt on a connection of its own, and nothing on its way that repeats it. It is sent during a pause too, because
   * a person asked for it; the reads after it keep to the pause that its response asks for.
   */
  async deliverOnce(request: UpstreamRequest): Promise<DeliveryResult> {
    const result = await this.#count(deliverOnce(this.#settings, this.#actionAdmission, this.#url(request), request));
    if (result.kind === 'answered') this.#pauses.reads.observe(result.response);
    return result;
  }

  /** State of the circuit breaker. */
  circuit(): TaskSourceCircuit {
    return this.#breaker.state;
  }

  /** Milliseconds until the circuit breaker lets a call through; 0 when it does now. */
  circuitOpenForMs(): number {
    return this.#breaker.openForMs;
  }

  /** Milliseconds that the clock of the plane is ahead, to the second, by its last response; null while it is not known. */
  clockAheadMs(): number | null {
    return this.#clockAheadMs;
  }

  /** Whether a call is in progress. */
  isBusy(): boolean {
    return this.#callsInProgress > 0;
  }

  /** Closes connections for reads as soon as none uses them, and forgets the last bodies. A later read opens new connections. */
  releaseIdle(): Promise<void> {
    this.#exchangeOptions = { ...this.#exchangeOptions, bodies: new BodyMemory() };
    return this.#connections.closeIdle();
  }

  /** Closes the connections; running reads fail. */
  close(): Promise<void> {
    return this.#connections.destroy();
  }

  async #count<T>(call: Promise<T>): Promise<T> {
    this.#callsInProgress += 1;
    try {
      return await call;
    } finally {
      this.#callsInProgress -= 1;
    }
  }

  #url({ path, query }: UpstreamRequest): URL {
    return this.#urls.find(path, query);
  }
}
