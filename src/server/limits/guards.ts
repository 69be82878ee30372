import { RateLimiter } from '../../task/act/rate-limiter.js';
import { CallersSockets } from './callers-sockets.js';
import type { Exchanges } from './exchanges.js';
import type { LoadGauge } from './load-gauge.js';
import type { ServerLimits } from './server-limits.js';
import { ShapeGuard } from './shape-guard.js';

/** What stands in front of every operation, the same for all transports. */
export interface Guards {
  readonly shape: ShapeGuard;
  readonly operations: RateLimiter;
  readonly callersSockets: CallersSockets;
  readonly load: LoadGauge;
  readonly exchanges: Exchanges;
}

/** `now`: milliseconds of a clock that nobody sets back. */
export function createGuards(limits: ServerLimits, load: LoadGauge, exchanges: Exchanges, now: () => number): Guards {
  return {
    shape: new ShapeGuard(limits),
    operations: new RateLimiter({ most: limits.operationsPerSecond, windowMs: 1_000, now }),
    callersSockets: new CallersSockets(limits.socketsPerCaller),
    load,
    exchanges,
  };
}
