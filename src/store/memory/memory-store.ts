import { randomBytes, randomUUID } from 'node:crypto';

import type { TaskActionKind, TaskActionOutcome } from '../../model/action.js';
import { formatTaskId } from '../../model/global-id.js';
import { maxActionsPerTask, type TaskActionRecord } from '../../model/history.js';
import type { ActionIntent, ActionRefusal, InterruptedAction, JournaledAction, TaskLock, TaskLockClaim } from '../action-journal.js';
import {
  buildCountedEntry,
  buildOutcomeEntry,
  buildRefusalEntries,
  buildRequestEntry,
  buildTrackingEntries,
  maxAuditLinksPerRead,
} from '../audit-entries.js';
import {
  type AuditEntry,
  type AuditHead,
  type AuditLink,
  type AuditReason,
  type AuditTrail,
  type CountedRefusals,
  createAuditLink,
  emptyHead,
} from '../audit-trail.js';
import type { IdempotencyClaim, IdempotencyClaimRequest, IdempotencyKey, IdempotencyRecord } from '../idempotency-record.js';
import type { Store, TrackingRequest } from '../store.js';
import { MemoryHistory } from './memory-history.js';
import { MemoryIdempotencyStore } from './memory-idempotency.js';

/**
 * A ledger that lives as long as the process. The oldest journal entries of what was sent go when there are more than 10,000 of them, and so
 * do those of what was refused; idempotency keys are
 * kept for 24 hours, and while there are 100,000 of them a new one is refused.
 */
export class MemoryStore implements Store {
  readonly audit = new MemoryAudit();
  readonly history = new MemoryHistory();
  readonly #tracked = new Map<string, Set<string>>();
  readonly #journal = new MemoryActionJournal();
  readonly #answers = new MemoryIdempotencyStore((auditId) => this.#journal.get(auditId)?.outcome?.is ?? null);
  readonly #holds = new MemoryTaskLocks((auditId) => this.#journal.get(auditId)?.outcome ?? null);
  readonly #hashKey = randomBytes(32);
  readonly #now: () => number;
  readonly #retentionMs: number;

  /** `retentionMs`: milliseconds that the journal is kept, and tasks that are gone. */
  constructor(now: () => number = Date.now, retentionMs = Infinity) {
    this.#now = now;
    this.#retentionMs = retentionMs;
  }

  async trackedIds(sourceName: string): Promise<readonly string[]> {
    return [...(this.#tracked.get(sourceName) ?? [])];
  }

  async track(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<void> {
    const ids = this.#tracked.get(sourceName) ?? new Set();
    this.#tracked.set(sourceName, ids.add(sourceTaskId));
    if (by !== undefined) this.audit.append(...buildTrackingEntries('TRACK', sourceName, sourceTaskId, by));
  }

  async untrack(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<boolean> {
    this.history.forget(formatTaskId(sourceName, sourceTaskId));
    const wasTracked = this.#tracked.get(sourceName)?.delete(sourceTaskId) ?? false;
    if (wasTracked && by !== undefined) this.audit.append(...buildTrackingEntries('UNTRACK', sourceName, sourceTaskId, by));
    return wasTracked;
  }

  async recordIntent(intent: ActionIntent): Promise<string> {
    const auditId = randomUUID();
    this.#answers.linkActionToClaim(intent.claimId, auditId);
    this.#journal.add(auditId, { ...intent, isSent: true, outcome: null });
    this.audit.append(buildRequestEntry(auditId, intent, null));
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because: readonly AuditReason[] = []): Promise<void> {
    const entry = this.#journal.get(auditId);
    if (entry !== undefined) entry.outcome = { is: outcome, at };
    this.audit.append(buildOutcomeEntry(auditId, outcome, at, because));
  }

  async recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    return refusals.map((refusal) => {
      const auditId = randomUUID();
      const { action, at, appearsInTaskHistory } = refusal;
      if (appearsInTaskHistory) this.#answers.linkActionToClaim(refusal.claimId, auditId);
      // Tasks that are tracked or not are no actions of a plane.
      if (appearsInTaskHistory && action !== 'TRACK' && action !== 'UNTRACK')
        this.#journal.add(auditId, { ...refusal, action, isSent: false, outcome: { is: 'REJECTED', at } });
      this.audit.append(...buildRefusalEntries(auditId, refusal));
      return auditId;
    });
  }

  async recordCountedRefusals(counted: readonly CountedRefusals[], at: number): Promise<void> {
    this.audit.append(...counted.map((one) => buildCountedEntry(one, at)));
  }

  async lockTask(hold: TaskLockClaim): Promise<TaskLock | null> {
    return this.#holds.lock(hold);
  }

  async unlockTask(taskId: string, auditId: string): Promise<void> {
    this.#holds.unlock(taskId, auditId);
  }

  /** None: with the process that sends, the journal is gone, too. */
  async interruptedActions(): Promise<readonly InterruptedAction[]> {
    return [];
  }

  async reconcileAction(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    const entry = this.#journal.get(auditId);
    if (entry === undefined || entry.outcome !== null) return;
    entry.outcome = { is: outcome, at };
    this.audit.append(buildOutcomeEntry(auditId, outcome, at));
  }

  async readActions(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>> {
    return this.#journal.readActions(taskIds);
  }

  async inputHashKey(): Promise<Uint8Array> {
    return this.#hashKey;
  }

  async claimIdempotencyKey(key: IdempotencyKey, request: IdempotencyClaimRequest): Promise<IdempotencyClaim> {
    return this.#answers.claim(key, request);
  }

  async saveIdempotencyRecord(claimId: string, answer: IdempotencyRecord): Promise<void> {
    this.#answers.save(claimId, answer);
  }

  async prune(sourceNames: readonly string[]): Promise<void> {
    const since = this.#now() - this.#retentionMs;
    this.#journal.deleteBefore(since);
    this.#holds.prune(this.#now());
    this.history.prune(since, sourceNames);
  }

  async close(): Promise<void> {
    this.#answers.clear();
  }
}

/** So many entries there are at most of what was sent, and of what was refused; then the oldest of these go. */
const maxActions = 10_000;

interface JournalEntry extends JournaledAction<TaskActionKind> {
  /** Or about to be; else it was refused. */
  readonly isSent: boolean;
  outcome: { readonly is: TaskActionOutcome; readonly at: number } | null;
}

/** The journal of actions, as long as the process lives. What is refused costs a caller nothing, so that it makes nothing go that was sent. */
export class MemoryActionJournal {
  readonly #entries = new Map<string, JournalEntry>();
  readonly #sent = new Set<string>();
  readonly #refused = new Set<string>();

  add(auditId: string, entry: JournalEntry): void {
    this.#entries.set(auditId, entry);
    const alike = entry.isSent ? this.#sent : this.#refused;
    alike.add(auditId);
    const oldest = alike.keys().next();
    if (alike.size > maxActions && oldest.done !== true) this.#delete(oldest.value);
  }

  get(auditId: string): JournalEntry | undefined {
    return this.#entries.get(auditId);
  }

  readActions(taskIds: readonly string[]): ReadonlyMap<string, readonly TaskActionRecord[]> {
    const entries = new Map<string, JournalEntry[]>(taskIds.map((id) => [id, []]));
    for (const entry of this.#entries.values()) entries.get(entry.taskId)?.push(entry);
    return new Map([...entries].map(([id, all]) => [id, selectLatest(all).map(toActionRecord)]));
  }

  deleteBefore(since: number): void {
    for (const [auditId, { at }] of this.#entries) if (at < since) this.#delete(auditId);
  }

  #delete(auditId: string): void {
    for (const ids of [this.#entries, this.#sent, this.#refused]) ids.delete(auditId);
  }
}

/** The last that were sent, and where that leaves room, the last that were refused. */
function selectLatest(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const sent = entries.filter(({ isSent }) => isSent).slice(-maxActionsPerTask);
  const refused = entries.filter(({ isSent }) => !isSent);
  const kept = new Set([...sent, ...refused.slice(Math.max(0, refused.length - maxActionsPerTask + sent.length))]);
  return entries.filter((entry) => kept.has(entry));
}

function toActionRecord({ action, caller, reason, outcome, at }: JournalEntry): TaskActionRecord {
  return { action, by: caller, reason, outcome: outcome?.is ?? 'UNKNOWN', at };
}

/** What became of an action, and when; null while it is under way. */
type TimedOutcome = { readonly is: TaskActionOutcome; readonly at: number } | null;

/** Which action has a task for itself, as long as the process lives. */
export class MemoryTaskLocks {
  readonly #locks = new Map<string, TaskLockClaim>();
  /** Audit ids of holders whose task has shown what became of them. */
  readonly #releasedAuditIds = new Set<string>();
  readonly #outcomeOf: (auditId: string) => TimedOutcome;

  constructor(outcomeOf: (auditId: string) => TimedOutcome) {
    this.#outcomeOf = outcomeOf;
  }

  lock(wanted: TaskLockClaim): TaskLock | null {
    const holder = this.#locks.get(wanted.taskId);
    if (holder !== undefined && !this.#isReleased(holder, wanted)) {
      const { auditId, sentFrom } = holder;
      const phase = this.#releasedAuditIds.has(auditId) ? 'over' : this.#outcomeOf(auditId) === null ? 'sending' : 'answered';
      return { auditId, sentFrom, phase };
    }
    if (holder !== undefined) this.#releasedAuditIds.delete(holder.auditId);
    this.#locks.set(wanted.taskId, wanted);
    return null;
  }

  unlock(taskId: string, auditId: string): void {
    if (this.#locks.get(taskId)?.auditId === auditId) this.#releasedAuditIds.add(auditId);
  }

  prune(now: number): void {
    for (const [taskId, { auditId, until }] of this.#locks) {
      if (until > now) continue;
      this.#locks.delete(taskId);
      this.#releasedAuditIds.delete(auditId);
    }
  }

  #isReleased({ auditId, until }: TaskLockClaim, wanted: TaskLockClaim): boolean {
    if (auditId === wanted.releasedAuditId || until <= wanted.at) return true;
    const outcome = this.#outcomeOf(auditId);
    return outcome !== null && (outcome.is === 'REJECTED' || outcome.at <= wanted.concludedBefore);
  }
}

/** So many links there are at most; then the oldest go. */
const maxLinks = 10_000;

/** A trail that lives as long as the process. */
export class MemoryAudit implements AuditTrail {
  readonly #links: AuditLink[] = [];

  append(...entries: readonly AuditEntry[]): void {
    for (const entry of entries) this.#links.push(createAuditLink(this.#head(), entry));
    if (this.#links.length > maxLinks) this.#links.splice(0, this.#links.length - maxLinks);
  }

  async read(after: number): Promise<readonly AuditLink[]> {
    return this.#links.filter(({ position }) => position > after).slice(0, maxAuditLinksPerRead);
  }

  async head(): Promise<AuditHead> {
    return this.#head();
  }

  #head(): AuditHead {
    return this.#links.at(-1) ?? emptyHead;
  }
}
