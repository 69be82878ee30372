import { MemoryStore } from './memory/memory-store.js';
import { openPostgresStore } from './sql/postgres-store.js';
import { openSqliteStore } from './sql/sqlite-store.js';
import { type Store, StoreSettings } from './store.js';

/** What opening a ledger takes from the process. */
export interface StoreEnvironment {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What goes wrong while nobody waits, for the log. */
  readonly report: (error: unknown) => void;
}

/** Opens the ledger and brings it up to date. Throws a StoreError when it cannot be used. */
export async function openStore(store: StoreSettings, { now, report }: StoreEnvironment): Promise<Store> {
  switch (store.kind) {
    case 'memory':
      return new MemoryStore(now, store.retentionMs);
    case 'sqlite':
      return openSqliteStore(store.path, { now, retentionMs: store.retentionMs });
    case 'postgres':
      return openPostgresStore(store.url, { now, retentionMs: store.retentionMs, report });
  }
}
