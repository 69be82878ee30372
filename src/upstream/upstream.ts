import type { TaskSourceCircuit } from '../model/source-health.js';
import { deliverOnce, type DeliveryResult } from './action-delivery.js';
import { Bulkhead } from './bulkhead.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { createDispatcher, type SourceConnection } from './connections.js';
import { realUpstreamClock, type UpstreamClock } from './deadline.js';
import { exchange } from './exchange.js';
import { UpstreamGuard } from './guard.js';
import { requestUrl, type UpstreamRequest } from './request.js';
import { ResilientReads } from './resilient-reads.js';
import type { UpstreamResponse } from './response.js';

/** HTTP to one plane. Redirects are never followed and no other origin is ever asked. */
export interface Upstream {
  /** Any status is an answer; a SourceProblemError is thrown where none came. Up to three attempts, one deadline for all calls with one signal. */
  read(request: UpstreamRequest): Promise<UpstreamResponse>;
  /** For actions: one attempt on a connection of its own, with no code on its way that repeats anything. */
  deliverOnce(request: UpstreamRequest): Promise<DeliveryResult>;
  /** Whether the plane is being asked at all. */
  circuit(): TaskSourceCircuit;
  /** Milliseconds until it is asked again; 0 when it would be now. */
  circuitOpenForMs(): number;
  close(): Promise<void>;
}

/** Reads, log-ins among them, that run at the same time and that wait; actions have a lane of their own. */
const maxConcurrentReads = 16;
const maxConcurrentActions = 4;
const queueLimits = { waiting: 64, waitMs: 500 };

/** One for each configured source: all that is counted of a plane is counted here. */
export function createUpstream(connection: SourceConnection, timing: UpstreamClock = realUpstreamClock): Upstream {
  const shared = createDispatcher(connection, 'shared');
  const { scheduler } = timing;
  const breaker = new CircuitBreaker({ steady: connection.steady, random: connection.random, scheduler });
  const reads = new ResilientReads({
    send: (url, request, over) =>
      over === 'kept connection' ? exchange(shared.dispatcher, url, request, connection) : readOnNewConnection(connection, url, request),
    gate: new UpstreamGuard(breaker, new Bulkhead({ maxConcurrent: maxConcurrentReads, ...queueLimits, scheduler })),
    breaker,
    timing,
    random: connection.random,
    totalMs: connection.timeoutMs,
  });
  const actions = new UpstreamGuard(breaker, new Bulkhead({ maxConcurrent: maxConcurrentActions, ...queueLimits, scheduler }));
  return {
    read: async (request) => reads.read(requestUrl(connection.url, request.path, request.query), request),
    deliverOnce: async (request) => deliverOnce(connection, actions, requestUrl(connection.url, request.path, request.query), request),
    circuit: () => breaker.state,
    circuitOpenForMs: () => breaker.openForMs,
    close: () => shared.dispatcher.destroy(),
  };
}

async function readOnNewConnection(connection: SourceConnection, url: URL, request: UpstreamRequest): Promise<UpstreamResponse> {
  const own = createDispatcher(connection, 'single');
  try {
    return await exchange(own.dispatcher, url, request, connection);
  } finally {
    await own.dispatcher.destroy();
  }
}
