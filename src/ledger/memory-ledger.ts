import { randomBytes, randomUUID } from 'node:crypto';

import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { CountedRefusals } from '../task/audit/counted-refusals.js';
import type { ReasonWord } from '../task/audit/reason-word.js';
import type { TaskActionRecord } from '../task/history/action-record.js';
import type {
  ActionIntent,
  ActionRefusal,
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
import { askedEntry, countedEntry, outcomeEntry, refusalEntries, trackingEntries } from './audit-entries.js';
import { MemoryAnswers } from './memory-answers.js';
import { MemoryAudit } from './memory-audit.js';
import { MemoryHistory } from './memory-history.js';
import { MemoryHolds } from './memory-holds.js';
import { MemoryJournal } from './memory-journal.js';

/**
 * A ledger that lives as long as the process. The oldest journal entries of what was sent go when there are more than 10,000 of them, and so
 * do those of what was refused; idempotency keys are
 * kept for 24 hours, and while there are 100,000 of them a new one is refused.
 */
export class MemoryLedger implements Ledger {
  readonly audit = new MemoryAudit();
  readonly history = new MemoryHistory();
  readonly #tracked = new Map<string, Set<string>>();
  readonly #journal = new MemoryJournal();
  readonly #answers = new MemoryAnswers((auditId) => this.#journal.get(auditId)?.outcome?.is ?? null);
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
    this.#answers.actUnder(intent.claimId, auditId);
    this.#journal.enter(auditId, { ...intent, isSent: true, outcome: null });
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
      const { action, at, isOfTask } = refusal;
      if (isOfTask) this.#answers.actUnder(refusal.claimId, auditId);
      // Tasks that are tracked or not are no actions of a plane.
      if (isOfTask && action !== 'TRACK' && action !== 'UNTRACK')
        this.#journal.enter(auditId, { ...refusal, action, isSent: false, outcome: { is: 'REJECTED', at } });
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
    return this.#journal.actionsOf(taskIds);
  }

  async inputHashKey(): Promise<Uint8Array> {
    return this.#hashKey;
  }

  async claimAnswer(key: AnswerKey, request: ClaimRequest): Promise<AnswerClaim> {
    return this.#answers.claim(key, request);
  }

  async keepAnswer(claimId: string, answer: KeptAnswer): Promise<void> {
    this.#answers.keep(claimId, answer);
  }

  async prune(sourceNames: readonly string[]): Promise<void> {
    const since = this.#now() - this.#keepMs;
    this.#journal.deleteBefore(since);
    this.#holds.prune(this.#now());
    this.history.prune(since, sourceNames);
  }

  async close(): Promise<void> {
    this.#answers.clear();
  }
}
