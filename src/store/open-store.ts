import { MemoryStore } from './memory/memory-store.js';
import { parsePostgresUrl } from './postgres/postgres-url.js';
import { checkPostgresStore, openPostgresStore } from './sql/postgres-store.js';
import { checkSqliteStore, openSqliteStore } from './sql/sqlite-store.js';
import type { Store, StoreEnvironment, StoreSettings } from './store.js';

/**
 * Opens the store and migrates its database to the version of this program. Throws a StoreError when it cannot be used.
 */
export async function openStore(settings: StoreSettings, environment: StoreEnvironment): Promise<Store> {
  switch (settings.kind) {
    case 'memory':
      return new MemoryStore(environment.now, settings.retentionMs);
    case 'sqlite':
      return openSqliteStore(settings.path, settings.retentionMs, environment);
    case 'postgres':
      return openPostgresStore(settings, environment);
  }
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
  if (settings.kind === 'sqlite') await checkSqliteStore(settings.path);
  if (settings.kind === 'postgres') await checkPostgresStore(settings);
}
