import { RateLimiter } from '../../lib/rate-limiter.js';
import type { InFlightRequests } from '../http-connections.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';
import { CallerConnectionLimit } from './connection-limits.js';
import { DocumentLimiter } from './document-limits.js';
import type { ServerLimits } from './server-limits.js';

/** What stands in front of every operation, the same for all transports. */
export interface Guards {
  readonly documents: DocumentLimiter;
  readonly operations: RateLimiter;
  readonly callerConnections: CallerConnectionLimit;
  readonly concurrency: ConcurrencyLimit;
  readonly inFlight: InFlightRequests;
}

/** `now`: milliseconds of a clock that nobody sets back. */
export function createGuards(limits: ServerLimits, load: ConcurrencyLimit, exchanges: InFlightRequests, now: () => number): Guards {
  return {
    documents: new DocumentLimiter(limits),
    operations: new RateLimiter({ most: limits.operationsPerSecond, windowMs: 1_000, now }),
    callerConnections: new CallerConnectionLimit(limits.socketsPerCaller),
    concurrency: load,
    inFlight: exchanges,
  };
}
