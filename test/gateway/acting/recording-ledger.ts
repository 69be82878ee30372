import { MemoryLedger } from '../../../src/ledger/memory-ledger.js';
import type { TaskActionOutcome } from '../../../src/task/act/outcome.js';
import type { CountedRefusals } from '../../../src/task/audit/counted-refusals.js';
import type { ReasonWord } from '../../../src/task/audit/reason-word.js';
import type {
  ActionIntent,
  ActionRefusal,
  AnswerClaim,
  AnswerKey,
  ClaimRequest,
  KeptAnswer,
  TrackingRequest,
} from '../../../src/task/ledger.js';

type Method = 'recordIntent' | 'recordOutcome' | 'recordRefusals' | 'recordCounted' | 'claimAnswer' | 'keepAnswer' | 'track' | 'untrack';

/** A ledger that shows what it was given, and fails where a test wants it to. */
export class RecordingLedger extends MemoryLedger {
  /** The journal, by audit id. */
  readonly intents = new Map<string, ActionIntent>();
  readonly refusals = new Map<string, ActionRefusal>();
  readonly outcomes = new Map<string, TaskActionOutcome>();
  readonly answers: KeptAnswer[] = [];
  /** Idempotency keys that were asked for. */
  readonly keys: AnswerKey[] = [];
  /** Methods that fail. */
  readonly broken = new Set<Method>();

  override async track(sourceName: string, localId: string, by?: TrackingRequest): Promise<void> {
    this.#check('track');
    return super.track(sourceName, localId, by);
  }

  override async untrack(sourceName: string, localId: string, by?: TrackingRequest): Promise<boolean> {
    this.#check('untrack');
    return super.untrack(sourceName, localId, by);
  }

  override async recordIntent(intent: ActionIntent): Promise<string> {
    this.#check('recordIntent');
    const auditId = await super.recordIntent(intent);
    this.intents.set(auditId, intent);
    return auditId;
  }

  override async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because?: readonly ReasonWord[]): Promise<void> {
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

  override async recordCounted(counted: readonly CountedRefusals[], at: number): Promise<void> {
    this.#check('recordCounted');
    return super.recordCounted(counted, at);
  }

  override async claimAnswer(key: AnswerKey, request: ClaimRequest): Promise<AnswerClaim> {
    this.#check('claimAnswer');
    this.keys.push(key);
    return super.claimAnswer(key, request);
  }

  override async keepAnswer(claimId: string, answer: KeptAnswer): Promise<void> {
    this.#check('keepAnswer');
    this.answers.push(answer);
    return super.keepAnswer(claimId, answer);
  }

  #check(method: Method): void {
    if (this.broken.has(method)) throw new Error(`The ledger cannot do ${method}.`);
  }
}
