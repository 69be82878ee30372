import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import Libsql from 'libsql';
import pg from 'pg';

import { type Scheduler, timerScheduler } from '../../src/lib/scheduler.js';
import { openStore } from '../../src/store/open-store.js';
import { StoreAvailability } from '../../src/store/store-availability.js';
import { type StoreSettings, type Store } from '../../src/store/store.js';
import { postgres, PostgresServer } from './postgres-server.js';

/** A kind of store that tests can have as many new ones of as they like. */
export interface StoreKind {
  readonly kind: StoreSettings['kind'];
  /** Whether several gateways may use one store. */
  readonly isShared: boolean;
  readonly tool: { readonly isThere: boolean; readonly install: string };
  start(): Promise<StoreMaker>;
}

export interface StoreMaker {
  newStore(): Promise<StoreSettings>;
  stop(): Promise<void>;
}

const always = { isThere: true, install: '' };

/** As many milliseconds as anything lasts. */
const retentionMs = 2_592_000_000;

export const sqlite: StoreKind = {
  kind: 'sqlite',
  isShared: false,
  tool: always,
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-sqlite-'));
    let count = 0;
    return {
      newStore: async () => ({ kind: 'sqlite', retentionMs, path: join(folder, `${(count += 1)}.db`) }),
      stop: async () => rmSync(folder, { recursive: true }),
    };
  },
};

const onPostgres: StoreKind = {
  kind: 'postgres',
  isShared: true,
  tool: postgres,
  start: async () => {
    const server = await PostgresServer.start();
    return { newStore: async () => ({ kind: 'postgres', retentionMs, url: await server.newDatabase() }), stop: () => server.stop() };
  },
};

const memory: StoreKind = {
  kind: 'memory',
  isShared: false,
  tool: always,
  start: async () => ({ newStore: async () => ({ kind: 'memory', retentionMs }), stop: async () => undefined }),
};

/** Those that outlive a process. */
export const durableStores: readonly StoreKind[] = [sqlite, onPostgres];
export const allStores: readonly StoreKind[] = [memory, ...durableStores];

/** Of a store whose outages nobody is told of but its users. */
export function unreportedAvailability(): StoreAvailability {
  return new StoreAvailability(Date.now, { onLost: () => undefined, onRestored: () => undefined });
}

/** Opens a store. */
export function open(store: StoreSettings, now: () => number = Date.now, scheduler: Scheduler = timerScheduler): Promise<Store> {
  return openStore(store, {
    now,
    scheduler,
    availability: unreportedAvailability(),
  });
}

/** Runs statements in a database beside the stores that have it open. */
export async function executeStatements(settings: StoreSettings, statements: readonly string[]): Promise<void> {
  if (settings.kind === 'sqlite') {
    for (const statement of statements) await executeInFile(settings.path, statement);
  } else if (settings.kind === 'postgres') {
    const client = new pg.Client({ connectionString: settings.url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }
}

/** A store may be in the middle of a transaction, which this process has to let it finish. */
async function executeInFile(path: string, statement: string): Promise<void> {
  for (;;) {
    const database = new Libsql(path);
    try {
      return void database.exec(statement);
    } catch (error) {
      if (!(error instanceof Error && error.message === 'database is locked')) throw error;
    } finally {
      database.close();
    }
    await setImmediate();
  }
}
