import { formatTaskId } from '../../model/global-id.js';
import { buildTrackingEntries } from '../audit-entries.js';
import type { Store, TrackingRequest, TrackingStore } from '../store.js';
import { MemoryActionJournal } from './memory-action-journal.js';
import { MemoryAudit } from './memory-audit.js';
import { MemoryHistory } from './memory-history.js';
import { MemoryIdempotencyStore } from './memory-idempotency-store.js';

/** A store that lasts as long as the process. Each of its parts is bounded. */
export class MemoryStore implements Store {
  readonly audit = new MemoryAudit();
  readonly history = new MemoryHistory();
  readonly tracking: TrackingStore = new MemoryTracking(this.audit, this.history);
  readonly idempotency = new MemoryIdempotencyStore((auditId) => this.actions.findOutcome(auditId));
  readonly actions: MemoryActionJournal = new MemoryActionJournal(this.audit, this.idempotency);
  readonly #now: () => number;
  readonly #retentionMs: number;

  /** `retentionMs`: how long actions and forgotten tasks are kept, in milliseconds. */
  constructor(now: () => number = Date.now, retentionMs = Infinity) {
    this.#now = now;
    this.#retentionMs = retentionMs;
  }

  async prune(sourceNames: readonly string[]): Promise<void> {
    const now = this.#now();
    this.actions.prune(now - this.#retentionMs, now);
    this.history.prune(now - this.#retentionMs, sourceNames);
  }

  async probe(): Promise<void> {
    // Memory can always be written.
  }

  async close(): Promise<void> {
    // It holds neither a file nor a connection.
  }
}

class MemoryTracking implements TrackingStore {
  /** By source name, oldest first. */
  readonly #ids = new Map<string, Set<string>>();
  readonly #audit: MemoryAudit;
  readonly #history: MemoryHistory;

  constructor(audit: MemoryAudit, history: MemoryHistory) {
    this.#audit = audit;
    this.#history = history;
  }

  async readTrackedIds(sourceName: string): Promise<readonly string[]> {
    return [...(this.#ids.get(sourceName) ?? [])];
  }

  async track(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<void> {
    const ids = this.#ids.get(sourceName) ?? new Set();
    this.#ids.set(sourceName, ids.add(sourceTaskId));
    if (by !== undefined) this.#audit.append(...buildTrackingEntries('TRACK', sourceName, sourceTaskId, by));
  }

  async untrack(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<boolean> {
    this.#history.delete(formatTaskId(sourceName, sourceTaskId));
    const wasTracked = this.#ids.get(sourceName)?.delete(sourceTaskId) ?? false;
    if (wasTracked && by !== undefined) this.#audit.append(...buildTrackingEntries('UNTRACK', sourceName, sourceTaskId, by));
    return wasTracked;
  }
}
