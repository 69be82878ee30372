import type { TaskSourceCircuit } from '../task/source/circuit.js';
import type { SourceConnection } from '../task/source/source-module.js';
import { Bulkhead } from './bulkhead.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { deliver } from './deliver.js';
import type { Delivery } from './delivery.js';
import { createDispatcher } from './dispatcher.js';
import { exchange } from './exchange.js';
import { Gate } from './gate.js';
import { Reads } from './reads.js';
import { realTiming } from './real-timing.js';
import { requestUrl } from './request-url.js';
import type { Timing } from './timing.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamRequest } from './upstream-request.js';

/** HTTP to one plane. Redirects are never followed and no other origin is ever asked. */
export interface Upstream {
  /** Any status is an answer; a SourceProblemError is thrown where none came. Up to three attempts, one deadline for all calls with one signal. */
  read(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** For actions: one attempt on a connection of its own, with no code on its way that repeats anything. */
  deliver(request: UpstreamRequest): Promise<Delivery>;
  /** Whether the plane is being asked at all. */
  circuit(): TaskSourceCircuit;
  /** Milliseconds until it is asked again; 0 when it would be now. */
  notAskedForMs(): number;
  close(): Promise<void>;
}

/** Reads, log-ins among them, that run at the same time and that wait; actions have a lane of their own. */
const readsAtOnce = 16;
const actionsAtOnce = 4;
const waiting = { waiting: 64, waitMs: 500 };

/** One for each configured source: all that is counted of a plane is counted here. */
export function createUpstream(connection: SourceConnection, timing: Timing = realTiming): Upstream {
  const shared = createDispatcher(connection, 'shared');
  const { scheduler } = timing;
  const breaker = new CircuitBreaker({ steady: connection.steady, random: connection.random, scheduler });
  const reads = new Reads({
    send: (url, request, over) =>
      over === 'kept connection' ? exchange(shared.dispatcher, url, request, connection) : onceMore(connection, url, request),
    gate: new Gate(breaker, new Bulkhead({ atOnce: readsAtOnce, ...waiting, scheduler })),
    breaker,
    timing,
    random: connection.random,
    totalMs: connection.timeoutMs,
  });
  const actions = new Gate(breaker, new Bulkhead({ atOnce: actionsAtOnce, ...waiting, scheduler }));
  return {
    read: async (request) => reads.read(requestUrl(connection.url, request.path, request.query), request),
    deliver: async (request) => deliver(connection, actions, requestUrl(connection.url, request.path, request.query), request),
    circuit: () => breaker.state,
    notAskedForMs: () => breaker.refusesForMs,
    close: () => shared.dispatcher.destroy(),
  };
}

async function onceMore(connection: SourceConnection, url: URL, request: UpstreamRequest): Promise<UpstreamAnswer> {
  const own = createDispatcher(connection, 'single');
  try {
    return await exchange(own.dispatcher, url, request, connection);
  } finally {
    await own.dispatcher.destroy();
  }
}
