import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import type { TaskActionOutcome } from '../../../src/model/action.js';
import type { CountedRefusals, AuditReason } from '../../../src/store/audit-trail.js';
import type { ActionIntent, ActionRefusal } from '../../../src/store/action-journal.js';
import type {
  IdempotencyClaim,
  IdempotencyKey,
  IdempotencyClaimRequest,
  IdempotencyRecord,
} from '../../../src/store/idempotency-record.js';
import type { TrackingRequest } from '../../../src/store/store.js';

type Method =
  | 'recordIntent'
  | 'recordOutcome'
  | 'recordRefusals'
  | 'recordCountedRefusals'
  | 'claimIdempotencyKey'
  | 'saveIdempotencyRecord'
  | 'track'
  | 'untrack';

/** A ledger that shows what it was given, and fails where a test wants it to. */
export class RecordingStore extends MemoryStore {
  /** The journal, by audit id. */
  readonly intents = new Map<string, ActionIntent>();
  readonly refusals = new Map<string, ActionRefusal>();
  readonly outcomes = new Map<string, TaskActionOutcome>();
  readonly answers: IdempotencyRecord[] = [];
  /** Idempotency keys that were asked for. */
  readonly keys: IdempotencyKey[] = [];
  /** Methods that fail. */
  readonly broken = new Set<Method>();

  override async track(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<void> {
    this.#check('track');
    return super.track(sourceName, sourceTaskId, by);
  }

  override async untrack(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<boolean> {
    this.#check('untrack');
    return super.untrack(sourceName, sourceTaskId, by);
  }

  override async recordIntent(intent: ActionIntent): Promise<string> {
    this.#check('recordIntent');
    const auditId = await super.recordIntent(intent);
    this.intents.set(auditId, intent);
    return auditId;
  }

  override async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because?: readonly AuditReason[]): Promise<void> {
    this.#check('recordOutcome');
    this.outcomes.set(auditId, outcome);
    return super.recordOutcome(auditId, outcome, at, because);
  }

  override async recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    this.#check('recordRefusals');
    const auditIds = await super.recordRefusals(refusals);
    for (const [index, refusal] of refusals.entries()) this.refusals.set(auditIds[index] ?? '', refusal);
    return auditIds;
  }

  override async recordCountedRefusals(counted: readonly CountedRefusals[], at: number): Promise<void> {
    this.#check('recordCountedRefusals');
    return super.recordCountedRefusals(counted, at);
  }

  override async claimIdempotencyKey(key: IdempotencyKey, request: IdempotencyClaimRequest): Promise<IdempotencyClaim> {
    this.#check('claimIdempotencyKey');
    this.keys.push(key);
    return super.claimIdempotencyKey(key, request);
  }

  override async saveIdempotencyRecord(claimId: string, answer: IdempotencyRecord): Promise<void> {
    this.#check('saveIdempotencyRecord');
    this.answers.push(answer);
    return super.saveIdempotencyRecord(claimId, answer);
  }

  #check(method: Method): void {
    if (this.broken.has(method)) throw new Error(`The ledger cannot do ${method}.`);
  }
}
