import type { Ledger } from '../task/ledger.js';
import { MemoryLedger } from './memory-ledger.js';
import { openPostgresLedger } from './postgres-ledger.js';
import { openSqliteLedger } from './sqlite-ledger.js';

/** Where a ledger is kept. */
export type Store = { readonly keepMs: number } & (
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  /** The URL may hold a password. */
  | { readonly kind: 'postgres'; readonly url: string }
);

/** What opening a ledger takes from the process. */
export interface LedgerSurroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What goes wrong while nobody waits, for the log. */
  readonly report: (error: unknown) => void;
}

/** Opens the ledger and brings it up to date. Throws a LedgerError when it cannot be used. */
export async function openLedger(store: Store, { now, report }: LedgerSurroundings): Promise<Ledger> {
  switch (store.kind) {
    case 'memory':
      return new MemoryLedger(now, store.keepMs);
    case 'sqlite':
      return openSqliteLedger(store.path, { now, keepMs: store.keepMs });
    case 'postgres':
      return openPostgresLedger(store.url, { now, keepMs: store.keepMs, report });
  }
}
