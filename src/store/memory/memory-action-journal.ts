import { randomUUID } from 'node:crypto';

import type { TaskActionKind, TaskActionOutcome } from '../../model/action.js';
import { maxActionsPerTask, type TaskActionRecord } from '../../model/history.js';
import {
  type ActionIntent,
  type ActionJournal,
  type ActionRefusal,
  describeLockState,
  type InterruptedAction,
  isLockFree,
  isRefusedTaskAction,
  type JournaledAction,
  type TaskLock,
  type TaskLockRequest,
} from '../action-journal.js';
import { buildCountedEntry, buildOutcomeEntry, buildRefusalEntries, buildRequestEntry } from '../audit-entries.js';
import type { AuditReason, CountedRefusals } from '../audit-trail.js';
import type { MemoryAudit } from './memory-audit.js';
import type { MemoryIdempotencyStore } from './memory-idempotency-store.js';

/**
 * At most so many sent and so many refused actions are kept; then the oldest of their kind are deleted. They are
 * bounded apart because a refusal costs a caller nothing: a flood of refusals must not evict what was sent. Not an LRU
 * cache, in which reading an old action would evict a newer one.
 */
const maxActions = 10_000;

interface JournalEntry extends JournaledAction<TaskActionKind> {
  /** False: it was refused before it was sent. */
  readonly isSent: boolean;
  /** Null while the action is in flight. */
  result: { readonly outcome: TaskActionOutcome; readonly at: number } | null;
}

/** The journal of actions and the locks of tasks, as long as the process lives. */
export class MemoryActionJournal implements ActionJournal {
  /** By audit id, oldest first. */
  readonly #entries = new Map<string, JournalEntry>();
  readonly #sent = new Set<string>();
  readonly #refused = new Set<string>();
  /** By task id. */
  readonly #locks = new Map<string, { readonly request: TaskLockRequest; isReleased: boolean }>();
  readonly #audit: MemoryAudit;
  readonly #claims: MemoryIdempotencyStore;

  constructor(audit: MemoryAudit, claims: MemoryIdempotencyStore) {
    this.#audit = audit;
    this.#claims = claims;
  }

  async recordIntent(intent: ActionIntent): Promise<string> {
    const auditId = randomUUID();
    this.#claims.linkActionToClaim(intent.claimId, auditId);
    this.#add(auditId, { ...intent, isSent: true, result: null });
    this.#audit.append(buildRequestEntry(auditId, intent, null));
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because: readonly AuditReason[] = []): Promise<void> {
    const entry = this.#entries.get(auditId);
    if (entry !== undefined) entry.result = { outcome, at };
    this.#audit.append(buildOutcomeEntry(auditId, outcome, at, because));
  }

  async recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    return refusals.map((refusal) => {
      const auditId = randomUUID();
      if (refusal.appearsInTaskHistory) this.#claims.linkActionToClaim(refusal.claimId, auditId);
      if (isRefusedTaskAction(refusal)) this.#add(auditId, { ...refusal, isSent: false, result: { outcome: 'REJECTED', at: refusal.at } });
      this.#audit.append(...buildRefusalEntries(auditId, refusal));
      return auditId;
    });
  }

  async recordCountedRefusals(counted: readonly CountedRefusals[], at: number): Promise<void> {
    this.#audit.append(...counted.map((one) => buildCountedEntry(one, at)));
  }

  /** None: the journal ends with the process that sends the actions. */
  async readInterruptedActions(): Promise<readonly InterruptedAction[]> {
    return [];
  }

  async reconcileAction(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    const entry = this.#entries.get(auditId);
    if (entry === undefined || entry.result !== null) return;
    entry.result = { outcome, at };
    this.#audit.append(buildOutcomeEntry(auditId, outcome, at));
  }

  async readActions(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>> {
    const entries = new Map<string, JournalEntry[]>(taskIds.map((id) => [id, []]));
    for (const entry of this.#entries.values()) entries.get(entry.taskId)?.push(entry);
    return new Map([...entries].map(([id, all]) => [id, selectLatest(all).map(toActionRecord)]));
  }

  async lockTask(request: TaskLockRequest): Promise<TaskLock | null> {
    const lock = this.#locks.get(request.taskId);
    if (lock !== undefined) {
      const { auditId, statusBefore, until } = lock.request;
      const result = this.#entries.get(auditId)?.result ?? null;
      const holder = { auditId, until, outcome: result?.outcome ?? null, concludedAt: result?.at ?? null };
      if (!isLockFree(holder, request)) return { auditId, statusBefore, state: describeLockState(lock.isReleased, holder.outcome) };
    }
    this.#locks.set(request.taskId, { request, isReleased: false });
    return null;
  }

  async unlockTask(taskId: string, auditId: string): Promise<void> {
    const lock = this.#locks.get(taskId);
    if (lock?.request.auditId === auditId) lock.isReleased = true;
  }

  /** Null while the action is in flight, or when it is unknown here. */
  findOutcome(auditId: string): TaskActionOutcome | null {
    return this.#entries.get(auditId)?.result?.outcome ?? null;
  }

  /** `since`: older actions are deleted. Both in milliseconds since 1970. */
  prune(since: number, now: number): void {
    for (const [auditId, { at }] of this.#entries) if (at < since) this.#delete(auditId);
    for (const [taskId, { request }] of this.#locks) if (request.until <= now) this.#locks.delete(taskId);
  }

  #add(auditId: string, entry: JournalEntry): void {
    this.#entries.set(auditId, entry);
    const ids = entry.isSent ? this.#sent : this.#refused;
    ids.add(auditId);
    const [oldest] = ids;
    if (ids.size > maxActions && oldest !== undefined) this.#delete(oldest);
  }

  #delete(auditId: string): void {
    for (const ids of [this.#entries, this.#sent, this.#refused]) ids.delete(auditId);
  }
}

/** The latest sent actions and, in the places that they leave, the latest refused ones. */
function selectLatest(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const sent = entries.filter(({ isSent }) => isSent).slice(-maxActionsPerTask);
  const refused = entries.filter(({ isSent }) => !isSent);
  const selected = new Set([...sent, ...refused.slice(Math.max(0, refused.length - maxActionsPerTask + sent.length))]);
  return entries.filter((entry) => selected.has(entry));
}

function toActionRecord({ action, caller, reason, result, at }: JournalEntry): TaskActionRecord {
  return { action, by: caller, reason, outcome: result?.outcome ?? 'UNKNOWN', at };
}
