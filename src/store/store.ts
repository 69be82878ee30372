import type { Scheduler } from '../lib/scheduler.js';
import type { ActionJournal } from './action-journal.js';
import type { AuditTrail } from './audit-trail.js';
import type { HistoryStore } from './history-store.js';
import type { IdempotencyStore } from './idempotency-store.js';
import type { StoreAvailability } from './store-availability.js';

/** What the gateway keeps, in four ports and the audit trail. A user of the store takes the port it needs. */
export interface Store {
  readonly tracking: TrackingStore;
  readonly actions: ActionJournal;
  readonly idempotency: IdempotencyStore;
  readonly history: HistoryStore;
  /** Every requested action and its outcome, for ever, as a hash chain. */
  readonly audit: AuditTrail;

  /**
   * Deletes what is older than its retention: forgotten tasks, tasks of sources that are no longer configured, actions,
   * and idempotency records. `sourceNames`: the configured sources.
   */
  prune(sourceNames: readonly string[]): Promise<void>;

  /** Writes about as much as an action does, so that it rejects while no action could be recorded. Each time it replaces one row of its own. */
  probe(): Promise<void>;

  close(): Promise<void>;
}

/** The ids of tracked tasks. Every method may fail; then nothing was changed. */
export interface TrackingStore {
  /** Ids of the tracked tasks of a source on its plane, oldest first. */
  readTrackedIds(sourceName: string): Promise<readonly string[]>;
  /** `by`: who requested it, for the audit trail; absent when the configuration did. */
  track(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<void>;
  /**
   * True when the task was tracked. Its history is deleted, too. `by`: who requested it; it enters the audit trail only
   * when the task was tracked.
   */
  untrack(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<boolean>;
}

/** Who requested to track or untrack a task. */
export interface TrackingRequest {
  /** Id of the entry in the audit trail, unique. */
  readonly auditId: string;
  readonly caller: string;
  readonly mutation: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A store that is opened for reading its audit trail alone. Nothing is migrated. */
export interface InspectedStore {
  readonly audit: AuditTrail;
  /** Why the store may not contain everything, in words without a full stop; null where nothing speaks for that. */
  readonly problem: string | null;
  close(): Promise<void>;
}

/** Where a store in PostgreSQL is, and how its connections are used. */
export interface PostgresStoreSettings {
  /** May contain a password. */
  readonly url: string;
  /** PEM text of the certificate authorities that are trusted instead of those of the URL, or the well-known ones. */
  readonly tls?: { readonly ca?: string | undefined } | undefined;
  /** A connection of the pool is not used again after this long, in milliseconds; 30 minutes by default. */
  readonly maxLifetimeMs?: number | undefined;
}

/** Which store is used, and how long actions and forgotten tasks are kept in it, in milliseconds. */
export type StoreSettings = { readonly retentionMs: number } & (
  { readonly kind: 'memory' } | { readonly kind: 'sqlite'; readonly path: string } | ({ readonly kind: 'postgres' } & PostgresStoreSettings)
);

/** What a store takes from the process that opens it. */
export interface StoreEnvironment {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For what a store does later. */
  readonly scheduler: Scheduler;
  /** Learns of outages, and of their ends. */
  readonly availability: StoreAvailability;
  /** Called once when the tables are still being migrated, by this process or another one, after a second. */
  readonly onLongMigration?: () => void;
  /** Called when there was no store in this place yet: one that is expected there may have been lost. */
  readonly onNewStore?: () => void;
}

/** Thrown when a store cannot be opened. The message says why in plain words and names the store, never a password. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code = 'STORE_UNUSABLE';
}
