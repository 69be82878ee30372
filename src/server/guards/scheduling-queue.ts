import type { IncomingMessage } from 'node:http';

import type { FastifyRequest } from 'fastify';

import type { RouteGuard } from './guard.js';

/** An operation that waits. */
interface QueuedOperation {
  readonly start: () => void;
}

/** For how long operations are started in one iteration of the event loop, in milliseconds; the last one may take longer. */
const turnMs = 5;

/** Operations that are started in one iteration at most. */
const maxStartsInTurn = 32;

/** The share of the newest measurement in the mean time between two starts: about a hundred starts count. */
const newestShare = 1 / 64;

/**
 * Starts operations for a few milliseconds in each iteration of the event loop: short ones several, long ones one by one. Without it, a
 * burst of operations that need no plane would all be executed before anything else is read from a socket, and requests that have to be
 * refused would be refused late. Callers take turns, and each one's operations start in the order in which they came: the flood of one
 * caller makes the others wait for one operation of it, not for all.
 */
export class SchedulingQueue {
  readonly #now: () => number;
  /** What waits, by caller; the caller whose turn is next comes first. A caller for whom nothing waits is not in it. */
  readonly #byCaller = new Map<string, QueuedOperation[]>();
  #waiting = 0;
  /** The mean time from one start to the next while operations wait, in milliseconds: all the work that one operation causes. */
  #startIntervalMs = 0;
  /** When the last operation was started, or the queue ceased to be empty. */
  #measuredFrom = 0;
  /** Immediates that are set; each starts one operation. */
  #immediates = 0;
  /** Those of them that belong to the present iteration of the event loop. */
  #immediatesInTurn = 0;
  #turnEndsAt = 0;

  /** `now`: milliseconds of a clock that is never set back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Resolves when the operation of this caller may start. */
  wait(caller: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting === 0) this.#measuredFrom = this.#now();
      this.#waiting += 1;
      const own = this.#byCaller.get(caller);
      if (own === undefined) this.#byCaller.set(caller, [{ start: resolve }]);
      else own.push({ start: resolve });
      this.#setImmediates();
    });
  }

  /** How long an operation of this caller would wait that came now, in milliseconds. */
  expectedWaitMs(caller: string): number {
    const rounds = (this.#byCaller.get(caller)?.length ?? 0) + 1;
    return Math.min(this.#waiting, rounds * this.#byCaller.size) * this.#startIntervalMs;
  }

  /** Node drains promises between two immediates, so that the work of one operation is done or waits for a plane before the next one. */
  #setImmediates(): void {
    for (; this.#immediates < Math.min(this.#waiting, maxStartsInTurn); this.#immediates += 1) setImmediate(() => this.#takeTurn());
  }

  #takeTurn(): void {
    const now = this.#now();
    // Immediates that are set from here on run in the next iteration.
    if (this.#immediatesInTurn === 0) [this.#immediatesInTurn, this.#turnEndsAt] = [this.#immediates, now + turnMs];
    this.#immediatesInTurn -= 1;
    this.#immediates -= 1;
    if (now < this.#turnEndsAt) this.#startNext(now);
    this.#setImmediates();
  }

  #startNext(now: number): void {
    const [caller, operations] = this.#byCaller.entries().next().value ?? ['', []];
    this.#byCaller.delete(caller);
    const next = operations.shift();
    if (operations.length > 0) this.#byCaller.set(caller, operations);
    this.#waiting -= 1;
    this.#startIntervalMs += (now - this.#measuredFrom - this.#startIntervalMs) * newestShare;
    this.#measuredFrom = now;
    next?.start();
  }
}

/**
 * What tells callers apart before they are authenticated: their credential, or else the address of their connection. A client that invents
 * credentials passes for many callers, as if there was one queue for all; it is refused as soon as it is its turn.
 */
export function guessCaller({ headers, socket }: IncomingMessage): string {
  return headers.authorization ?? socket.remoteAddress ?? '';
}

/** By request that had arrived as a whole when it was its turn: when its first part came. */
const arrivals = new WeakMap<IncomingMessage, number>();

/**
 * When an operation arrived, in milliseconds since 1970: what was requested from a plane since, while the operation waited, is as new as
 * what it would request itself. Undefined: that is not known.
 */
export function findArrival({ raw }: FastifyRequest): number | undefined {
  return arrivals.get(raw);
}

/**
 * Delays an operation until its turn in the queue; one whose client has disconnected by then is dropped.
 *
 * @param now milliseconds since 1970.
 */
export function createSchedulingGuard(queue: SchedulingQueue, now: () => number): RouteGuard {
  return {
    name: 'scheduling queue',
    stage: 'onRequest',
    refuses: [],
    async check({ raw }, reply) {
      const arrivedAt = now();
      await queue.wait(guessCaller(raw));
      if (raw.complete) arrivals.set(raw, arrivedAt);
      if (!reply.raw.destroyed && !raw.socket.destroyed) return 'passed';
      reply.hijack();
      return 'ended';
    },
  };
}
