import type { Caller } from '../../../src/gateway/access/caller.js';
import { type CallerTokenLimits, createMissingTokenSource } from '../../../src/gateway/caller-tokens.js';
import { Gateway } from '../../../src/gateway/gateway.js';
import type { Source } from '../../../src/sources/source.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import type { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { anyNumberOfActions } from '../../support/doubles/no-limits.js';
import { noLog } from '../../support/doubles/no-log.js';

/** A gateway with one source, whose callers send their own tokens. */
export function createMirrorGateway(
  withToken: (token: string) => Source,
  scheduler: ManualScheduler,
  { maxAgeMs = 1_000, ...limits }: Partial<CallerTokenLimits> & { readonly maxAgeMs?: number } = {},
): Gateway {
  const now = (): number => scheduler.now;
  return new Gateway({
    sources: [{ source: createMissingTokenSource(withToken('')), withToken, poll: { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 } }],
    store: new MemoryStore(now),
    reads: { maxAgeMs, maxAgeFloorMs: 0, waitMs: 500 },
    limits: { ...anyNumberOfActions, ...limits },
    clock: { now, scheduler, random: () => 0.5 },
    log: {
      ...noLog,
      internalError: (error) => {
        throw error;
      },
    },
  });
}

export function callerWith(id: string, token: string | null): Caller {
  return { id, may: () => true, sourceToken: () => token };
}
