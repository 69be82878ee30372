import { Bulkhead } from '../../../src/upstream/bulkhead.js';
import { CircuitBreaker, type Permit } from '../../../src/upstream/circuit-breaker.js';
import { CallAdmission } from '../../../src/upstream/call-admission.js';
import { RequestedPause } from '../../../src/upstream/pause/requested-pause.js';
import { ResilientRequests } from '../../../src/upstream/resilient-requests.js';
import { UpstreamResponse } from '../../../src/upstream/response.js';
import type { RequestAttempt, UpstreamRequest } from '../../../src/upstream/request.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';

/** What a plane does with one attempt. An error code is one of the system's or of undici's. */
export type Behaviour = {
  readonly latencyMs: number;
  readonly does: number | 'silence' | { readonly code: string };
  readonly headers?: Readonly<Record<string, string>>;
};

/** An attempt that reached the plane, by the time of the scheduler. */
export interface Attempt {
  readonly beganAt: number;
  endedAt: number | null;
  readonly authorization: string | undefined;
  readonly path: string;
}

export interface VirtualPlaneOptions {
  /** Of the n-th attempt, from 0. */
  readonly behaves: (attempt: number) => Behaviour;
  readonly totalMs?: number;
  readonly random?: () => number;
  /** Absent: one that never opens, to look at the rest alone. */
  readonly breaker?: 'closed-for-ever' | 'real';
}

class NeverOpen extends CircuitBreaker {
  override tryAdmit(): Permit {
    return { done: () => undefined };
  }

  override admit(): Promise<Permit> {
    return Promise.resolve({ done: () => undefined });
  }
}

/** The whole policy of reads in front of a plane that exists in virtual time only: hours of it pass in no time. */
export class VirtualPlane {
  readonly scheduler = new ManualScheduler();
  readonly attempts: Attempt[] = [];
  readonly breaker: CircuitBreaker;
  readonly reads: ResilientRequests;
  readonly #options: VirtualPlaneOptions;

  constructor(options: VirtualPlaneOptions) {
    this.#options = options;
    const { random = Math.random, totalMs = 5_000 } = options;
    const { scheduler } = this;
    const monotonic = (): number => scheduler.now;
    const Breaker = options.breaker === 'real' ? CircuitBreaker : NeverOpen;
    this.breaker = new Breaker({ monotonic, random, scheduler });
    const bulkhead = new Bulkhead({ maxConcurrent: 16, maxQueued: 64, maxQueueMs: 500, scheduler });
    this.reads = new ResilientRequests({
      sendOnce: (url, request) => this.#answer(url, request),
      admission: new CallAdmission(this.breaker, bulkhead),
      pauses: { reads: new RequestedPause(monotonic), logins: new RequestedPause(monotonic) },
      clock: { monotonic, scheduler },
      random,
      totalMs,
    });
  }

  /** One read; what became of it, and when it was over. */
  async ask(
    request: Partial<UpstreamRequest> = {},
    path = '/tasks',
  ): Promise<{ answer: UpstreamResponse | null; error: unknown; endedAt: number }> {
    const full = { method: 'GET', path: [], signal: new AbortController().signal, ...request } as const;
    const outcome = await this.reads.send(new URL(`http://plane.example${path}`), full).then(
      (answer) => ({ answer, error: null }),
      (error: unknown) => ({ answer: null, error }),
    );
    return { ...outcome, endedAt: this.scheduler.now };
  }

  /** Lets time pass until then, event by event. */
  async pass(until: number): Promise<void> {
    const { scheduler } = this;
    scheduler.after(until - scheduler.now, () => undefined);
    while (scheduler.now < until) {
      const [next = 0] = scheduler.waits;
      scheduler.advance(Math.min(next, until - scheduler.now));
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Lets time pass until a promise is settled, as fast as it can. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const done = promise.finally(() => {
      isOver = true;
    });
    done.catch(() => undefined);
    for (let steps = 0; steps < 1_000_000; steps++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return done;
      const [next] = this.scheduler.waits;
      if (next !== undefined) this.scheduler.advance(next);
    }
    throw new Error('It is never over.');
  }

  #answer({ pathname: path }: URL, request: RequestAttempt): Promise<UpstreamResponse> {
    const { latencyMs, does, headers = {} } = this.#options.behaves(this.attempts.length);
    const attempt: Attempt = { beganAt: this.scheduler.now, endedAt: null, authorization: request.headers?.['authorization'], path };
    this.attempts.push(attempt);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => (): void => {
        cancel();
        attempt.endedAt ??= this.scheduler.now;
        settle();
      };
      const cancel = this.scheduler.after(
        does === 'silence' ? 1e9 : latencyMs,
        end(() => {
          if (typeof does === 'number') resolve(new UpstreamResponse(does, headers, '{}', this.scheduler.now));
          else reject(Object.assign(new Error('no'), { code: typeof does === 'string' ? 'UND_ERR_HEADERS_TIMEOUT' : does.code }));
        }),
      );
      request.cancellation.onCancel(end(() => reject(new DOMException('aborted', 'AbortError'))));
    });
  }
}
