import { MemoryLedger } from '../../../src/ledger/memory-ledger.js';
import type { TaskActionOutcome } from '../../../src/task/act/outcome.js';
import type { ActionIntent, AnswerClaim, AnswerKey, ClaimRequest, KeptAnswer, Ledger } from '../../../src/task/ledger.js';

type Method = 'recordIntent' | 'recordOutcome' | 'claimAnswer' | 'keepAnswer' | 'track' | 'untrack';

/** A ledger that shows what it was given, and fails where a test wants it to. */
export class RecordingLedger implements Ledger {
  /** The journal, by audit id. */
  readonly intents = new Map<string, ActionIntent>();
  readonly outcomes = new Map<string, TaskActionOutcome>();
  readonly answers: KeptAnswer[] = [];
  /** Methods that fail. */
  readonly broken = new Set<Method>();
  readonly #inner: MemoryLedger;

  constructor(now: () => number) {
    this.#inner = new MemoryLedger(now);
  }

  trackedIds(sourceName: string): Promise<readonly string[]> {
    return this.#inner.trackedIds(sourceName);
  }

  async track(sourceName: string, localId: string): Promise<void> {
    this.#check('track');
    return this.#inner.track(sourceName, localId);
  }

  async untrack(sourceName: string, localId: string): Promise<boolean> {
    this.#check('untrack');
    return this.#inner.untrack(sourceName, localId);
  }

  async recordIntent(intent: ActionIntent): Promise<string> {
    this.#check('recordIntent');
    const auditId = await this.#inner.recordIntent(intent);
    this.intents.set(auditId, intent);
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    this.#check('recordOutcome');
    this.outcomes.set(auditId, outcome);
    return this.#inner.recordOutcome(auditId, outcome, at);
  }

  inputHashKey(): Promise<Uint8Array> {
    return this.#inner.inputHashKey();
  }

  async claimAnswer(key: AnswerKey, request: ClaimRequest): Promise<AnswerClaim> {
    this.#check('claimAnswer');
    return this.#inner.claimAnswer(key, request);
  }

  async keepAnswer(claimId: string, answer: KeptAnswer): Promise<void> {
    this.#check('keepAnswer');
    this.answers.push(answer);
    return this.#inner.keepAnswer(claimId, answer);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #check(method: Method): void {
    if (this.broken.has(method)) throw new Error(`The ledger cannot do ${method}.`);
  }
}
