import { randomBytes, randomUUID } from 'node:crypto';

import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { TaskActionKind } from '../task/act/action-kind.js';
import type { CountedRefusals } from '../task/audit/counted-refusals.js';
import type { ReasonWord } from '../task/audit/reason-word.js';
import type { TaskActionRecord } from '../task/history/action-record.js';
import type {
  ActionIntent,
  ActionRefusal,
  ActionRequested,
  AnswerClaim,
  AnswerKey,
  ClaimRequest,
  CutOffAction,
  KeptAnswer,
  Ledger,
  TaskHold,
  TaskHolder,
  TrackingRequest,
} from '../task/ledger.js';
import { taskIdOf } from '../task/model/id.js';
import { answerName } from './answer-name.js';
import { askedEntry, countedEntry, outcomeEntry, refusalEntries, trackingEntries } from './audit-entries.js';
import { answerLifeMs, mostActionsOfTask } from './keep.js';
import { MemoryAudit } from './memory-audit.js';
import { MemoryHistory } from './memory-history.js';
import { MemoryHolds } from './memory-holds.js';

/** So many entries the journal has at most; then the oldest go. */
const maxActions = 10_000;

/** So many keys are kept at most. They are promised for their whole life, so that more are refused instead of forgetting one. */
const maxClaims = 100_000;

interface JournalEntry extends ActionRequested<TaskActionKind> {
  outcome: { readonly is: TaskActionOutcome; readonly at: number } | null;
}

interface Claim {
  readonly claimId: string;
  readonly claimedAt: number;
  readonly inputHash: string;
  auditId: string | null;
  answer: KeptAnswer | null;
}

/**
 * A ledger that lives as long as the process. The oldest journal entries go when there are more than 10,000; idempotency keys are
 * kept for 24 hours, and while there are 100,000 of them a new one is refused.
 */
export class MemoryLedger implements Ledger {
  readonly audit = new MemoryAudit();
  readonly history = new MemoryHistory();
  readonly #tracked = new Map<string, Set<string>>();
  readonly #journal = new Map<string, JournalEntry>();
  /** By the name of their key, oldest first. */
  readonly #claims = new Map<string, Claim>();
  readonly #holds = new MemoryHolds((auditId) => this.#journal.get(auditId)?.outcome ?? null);
  readonly #hashKey = randomBytes(32);
  readonly #now: () => number;
  readonly #keepMs: number;

  /** `keepMs`: milliseconds that the journal is kept, and tasks that are gone. */
  constructor(now: () => number = Date.now, keepMs = Infinity) {
    this.#now = now;
    this.#keepMs = keepMs;
  }

  async trackedIds(sourceName: string): Promise<readonly string[]> {
    return [...(this.#tracked.get(sourceName) ?? [])];
  }

  async track(sourceName: string, localId: string, by?: TrackingRequest): Promise<void> {
    const ids = this.#tracked.get(sourceName) ?? new Set();
    this.#tracked.set(sourceName, ids.add(localId));
    if (by !== undefined) this.audit.append(...trackingEntries('TRACK', sourceName, localId, by));
  }

  async untrack(sourceName: string, localId: string, by?: TrackingRequest): Promise<boolean> {
    this.history.forget(taskIdOf(sourceName, localId));
    const wasTracked = this.#tracked.get(sourceName)?.delete(localId) ?? false;
    if (wasTracked && by !== undefined) this.audit.append(...trackingEntries('UNTRACK', sourceName, localId, by));
    return wasTracked;
  }

  async recordIntent(intent: ActionIntent): Promise<string> {
    const auditId = randomUUID();
    this.#actUnder(intent.claimId, auditId);
    this.#enter(auditId, { ...intent, outcome: null });
    this.audit.append(askedEntry(auditId, intent, null));
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because: readonly ReasonWord[] = []): Promise<void> {
    const entry = this.#journal.get(auditId);
    if (entry !== undefined) entry.outcome = { is: outcome, at };
    this.audit.append(outcomeEntry(auditId, outcome, at, because));
  }

  async recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    return refusals.map((refusal) => {
      const auditId = randomUUID();
      const { action, at } = refusal;
      this.#actUnder(refusal.claimId, auditId);
      // Tasks that are tracked or not are no actions of a plane.
      if (action !== 'TRACK' && action !== 'UNTRACK') this.#enter(auditId, { ...refusal, action, outcome: { is: 'REJECTED', at } });
      this.audit.append(...refusalEntries(auditId, refusal));
      return auditId;
    });
  }

  async recordCounted(counted: readonly CountedRefusals[], at: number): Promise<void> {
    this.audit.append(...counted.map((one) => countedEntry(one, at)));
  }

  async holdTask(hold: TaskHold): Promise<TaskHolder | null> {
    return this.#holds.hold(hold);
  }

  async releaseTask(taskId: string, auditId: string): Promise<void> {
    this.#holds.release(taskId, auditId);
  }

  /** None: with the process that sends, the journal is gone, too. */
  async cutOffActions(): Promise<readonly CutOffAction[]> {
    return [];
  }

  async settle(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    const entry = this.#journal.get(auditId);
    if (entry === undefined || entry.outcome !== null) return;
    entry.outcome = { is: outcome, at };
    this.audit.append(outcomeEntry(auditId, outcome, at));
  }

  async actionsOf(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>> {
    const records = new Map<string, TaskActionRecord[]>(taskIds.map((id) => [id, []]));
    for (const { taskId, action, caller, reason, outcome, at } of this.#journal.values()) {
      records.get(taskId)?.push({ action, by: caller, reason, outcome: outcome?.is ?? 'UNKNOWN', at });
    }
    return new Map([...records].map(([id, all]) => [id, all.slice(-mostActionsOfTask)]));
  }

  async inputHashKey(): Promise<Uint8Array> {
    return this.#hashKey;
  }

  async claimAnswer(key: AnswerKey, { inputHash, at, abandonedSince }: ClaimRequest): Promise<AnswerClaim> {
    const name = answerName(key);
    const before = this.#claims.get(name);
    const isAbandoned = before?.answer === null && before.auditId === null && before.claimedAt <= abandonedSince;
    if (before === undefined || isAbandoned || before.claimedAt <= at - answerLifeMs) {
      const claimId = `${name}.${randomUUID()}`;
      this.#claims.delete(name);
      this.#makeRoom(at);
      this.#claims.set(name, { claimId, claimedAt: at, inputHash, auditId: null, answer: null });
      return { is: 'mine', claimId };
    }
    const { claimedAt, auditId, answer } = before;
    if (answer !== null) return { is: 'kept', answer };
    const action = auditId === null ? null : { auditId, outcome: this.#journal.get(auditId)?.outcome?.is ?? null };
    return { is: 'theirs', inputHash: before.inputHash, claimedAt, action };
  }

  async keepAnswer(claimId: string, answer: KeptAnswer): Promise<void> {
    const claim = this.#claim(claimId);
    if (claim !== undefined) claim.answer = answer;
  }

  async prune(sourceNames: readonly string[]): Promise<void> {
    const since = this.#now() - this.#keepMs;
    for (const [auditId, { at }] of this.#journal) if (at < since) this.#journal.delete(auditId);
    this.#holds.prune(this.#now());
    this.history.prune(since, sourceNames);
  }

  async close(): Promise<void> {
    this.#claims.clear();
  }

  #enter(auditId: string, entry: JournalEntry): void {
    this.#journal.set(auditId, entry);
    const oldest = this.#journal.keys().next();
    if (this.#journal.size > maxActions && oldest.done !== true) this.#journal.delete(oldest.value);
  }

  /** Throws when the claim was taken over. */
  #actUnder(claimId: string | null, auditId: string): void {
    if (claimId === null) return;
    const claim = this.#claim(claimId);
    if (claim === undefined) throw new Error('Another request has taken the idempotency key over.');
    claim.auditId = auditId;
  }

  /** The claim, unless another has taken its place. */
  #claim(claimId: string): Claim | undefined {
    const claim = this.#claims.get(claimId.slice(0, claimId.indexOf('.')));
    return claim?.claimId === claimId ? claim : undefined;
  }

  /** Forgets the keys whose time is over: they are the first ones. Throws when too many are left. */
  #makeRoom(now: number): void {
    for (const [name, { claimedAt }] of this.#claims) {
      if (claimedAt > now - answerLifeMs) break;
      this.#claims.delete(name);
    }
    if (this.#claims.size >= maxClaims) throw new Error(`There are ${maxClaims} idempotency keys of the last 24 hours in memory.`);
  }
}
