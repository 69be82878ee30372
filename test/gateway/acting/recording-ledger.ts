import { MemoryLedger } from '../../../src/ledger/memory-ledger.js';
import type { TaskActionOutcome } from '../../../src/task/act/outcome.js';
import type { ActionIntent, AnswerClaim, AnswerKey, ClaimRequest, KeptAnswer } from '../../../src/task/ledger.js';

type Method = 'recordIntent' | 'recordOutcome' | 'claimAnswer' | 'keepAnswer' | 'track' | 'untrack';

/** A ledger that shows what it was given, and fails where a test wants it to. */
export class RecordingLedger extends MemoryLedger {
  /** The journal, by audit id. */
  readonly intents = new Map<string, ActionIntent>();
  readonly outcomes = new Map<string, TaskActionOutcome>();
  readonly answers: KeptAnswer[] = [];
  /** Methods that fail. */
  readonly broken = new Set<Method>();

  override async track(sourceName: string, localId: string): Promise<void> {
    this.#check('track');
    return super.track(sourceName, localId);
  }

  override async untrack(sourceName: string, localId: string): Promise<boolean> {
    this.#check('untrack');
    return super.untrack(sourceName, localId);
  }

  override async recordIntent(intent: ActionIntent): Promise<string> {
    this.#check('recordIntent');
    const auditId = await super.recordIntent(intent);
    this.intents.set(auditId, intent);
    return auditId;
  }

  override async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    this.#check('recordOutcome');
    this.outcomes.set(auditId, outcome);
    return super.recordOutcome(auditId, outcome, at);
  }

  override async claimAnswer(key: AnswerKey, request: ClaimRequest): Promise<AnswerClaim> {
    this.#check('claimAnswer');
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
