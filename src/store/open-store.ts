import { MemoryStore } from './memory/memory-store.js';
import { parsePostgresUrl } from './postgres/postgres-url.js';
import type { InspectedStore, Store, StoreEnvironment, StoreSettings } from './store.js';

// Drivers are imported where they are used, so that a gateway loads that of its own database alone.

/**
 * Opens the store and migrates its database to the version of this program. Throws a StoreError when it cannot be used.
 */
export async function openStore(settings: StoreSettings, environment: StoreEnvironment): Promise<Store> {
  switch (settings.kind) {
    case 'memory':
      return new MemoryStore(environment.now, settings.retentionMs);
    case 'sqlite': {
      const { openSqliteStore } = await import('./sql/sqlite-store.js');
      return openSqliteStore(settings.path, settings.retentionMs, environment);
    }
    case 'postgres': {
      const { openPostgresStore } = await import('./sql/postgres-store.js');
      return openPostgresStore(settings, environment);
    }
  }
}

/** A store that outlives its process. */
type DurableStoreSettings = Exclude<StoreSettings, { readonly kind: 'memory' }>;

/** Opens a store for reading its audit trail, beside gateways that may use it; nothing is migrated. Throws a StoreError when it cannot be read. */
export async function inspectStore(
  settings: DurableStoreSettings,
  environment: Pick<StoreEnvironment, 'availability'>,
): Promise<InspectedStore> {
  if (settings.kind === 'sqlite') {
    const { inspectSqliteStore } = await import('./sql/sqlite-store.js');
    return inspectSqliteStore(settings.path, environment);
  }
  const { inspectPostgresStore } = await import('./sql/postgres-store.js');
  return inspectPostgresStore(settings, environment);
}

/** Names a store in messages: the file, or hosts and database of a server, without credentials. */
export function describeStore(settings: StoreSettings): string {
  switch (settings.kind) {
    case 'memory':
      return 'in memory';
    case 'sqlite':
      return settings.path;
    case 'postgres': {
      const parsed = parsePostgresUrl(settings.url);
      return 'url' in parsed ? parsed.url.display : 'in PostgreSQL';
    }
  }
}

/** Throws a StoreError when the store cannot be used. It changes nothing: no database is created or migrated. */
export async function checkStore(settings: StoreSettings): Promise<void> {
  if (settings.kind === 'sqlite') {
    const { checkSqliteStore } = await import('./sql/sqlite-store.js');
    await checkSqliteStore(settings.path);
  } else if (settings.kind === 'postgres') {
    const { checkPostgresStore } = await import('./sql/postgres-store.js');
    await checkPostgresStore(settings);
  }
}

/** Accepts a store in a file without the write-ahead log that belongs to it; false where it is not missing. A gateway may use the store meanwhile. */
export async function confirmStore(path: string): Promise<boolean> {
  const { confirmSqliteStore } = await import('./sql/sqlite-store.js');
  return confirmSqliteStore(path);
}

/**
 * Copies the database of a store that may be in use into a new file, as it is at one moment. Throws a StoreError when
 * that cannot be done; there is no such file then.
 */
export async function backUpStore(path: string, target: string): Promise<void> {
  const { backUpSqliteFile } = await import('./sql/sqlite-store.js');
  await backUpSqliteFile(path, target);
}
