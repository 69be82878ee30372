import type { TaskActionOutcome } from '../../../src/model/action.js';
import type { ActionIntent, ActionJournal, ActionRefusal } from '../../../src/store/action-journal.js';
import type { IdempotencyKey, IdempotencyRecord, IdempotencyStore } from '../../../src/store/idempotency-store.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import type { Store, TrackingStore } from '../../../src/store/store.js';
import { withOverrides } from '../../support/doubles/with-overrides.js';

type Method =
  | 'recordIntent'
  | 'recordOutcome'
  | 'recordRefusals'
  | 'recordCountedRefusals'
  | 'claimIdempotencyKey'
  | 'saveIdempotencyRecord'
  | 'track'
  | 'untrack';

/** A store that shows what was written to it, and fails where a test wants it to. */
export class RecordingStore implements Store {
  /** The journal, by audit id. */
  readonly intents = new Map<string, ActionIntent>();
  readonly refusals = new Map<string, ActionRefusal>();
  readonly outcomes = new Map<string, TaskActionOutcome>();
  readonly records: IdempotencyRecord[] = [];
  /** Idempotency keys that were claimed. */
  readonly keys: IdempotencyKey[] = [];
  /** Methods that fail. */
  readonly broken = new Set<Method>();
  readonly #store: MemoryStore;
  readonly tracking: TrackingStore;
  readonly actions: ActionJournal;
  readonly idempotency: IdempotencyStore;

  constructor(now: () => number) {
    const store = new MemoryStore(now);
    this.#store = store;
    this.tracking = withOverrides(store.tracking, {
      track: async (...request) => {
        this.#check('track');
        return store.tracking.track(...request);
      },
      untrack: async (...request) => {
        this.#check('untrack');
        return store.tracking.untrack(...request);
      },
    });
    this.actions = withOverrides<ActionJournal>(store.actions, {
      recordIntent: async (intent) => {
        this.#check('recordIntent');
        const auditId = await store.actions.recordIntent(intent);
        this.intents.set(auditId, intent);
        return auditId;
      },
      recordOutcome: async (auditId, outcome, at, because) => {
        this.#check('recordOutcome');
        this.outcomes.set(auditId, outcome);
        return store.actions.recordOutcome(auditId, outcome, at, because);
      },
      recordRefusals: async (refusals) => {
        this.#check('recordRefusals');
        const auditIds = await store.actions.recordRefusals(refusals);
        for (const [index, refusal] of refusals.entries()) this.refusals.set(auditIds[index] ?? '', refusal);
        return auditIds;
      },
      recordCountedRefusals: async (counted, at) => {
        this.#check('recordCountedRefusals');
        return store.actions.recordCountedRefusals(counted, at);
      },
    });
    this.idempotency = withOverrides<IdempotencyStore>(store.idempotency, {
      claimIdempotencyKey: async (key, request) => {
        this.#check('claimIdempotencyKey');
        this.keys.push(key);
        return store.idempotency.claimIdempotencyKey(key, request);
      },
      saveIdempotencyRecord: async (claimId, record) => {
        this.#check('saveIdempotencyRecord');
        this.records.push(record);
        return store.idempotency.saveIdempotencyRecord(claimId, record);
      },
    });
  }

  get history(): Store['history'] {
    return this.#store.history;
  }

  get audit(): Store['audit'] {
    return this.#store.audit;
  }

  prune(sourceNames: readonly string[]): Promise<void> {
    return this.#store.prune(sourceNames);
  }

  async probe(): Promise<void> {
    if (this.broken.has('recordIntent')) throw new Error('The store cannot be written.');
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #check(method: Method): void {
    if (this.broken.has(method)) throw new Error(`The store cannot do ${method}.`);
  }
}
