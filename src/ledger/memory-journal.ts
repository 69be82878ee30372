import type { TaskActionKind } from '../task/act/action-kind.js';
import type { TaskActionOutcome } from '../task/act/outcome.js';
import { mostActionsOfTask, type TaskActionRecord } from '../task/history/action-record.js';
import type { ActionRequested } from '../task/ledger.js';

/** So many entries there are at most of what was sent, and of what was refused; then the oldest of these go. */
const maxActions = 10_000;

interface JournalEntry extends ActionRequested<TaskActionKind> {
  /** Or about to be; else it was refused. */
  readonly isSent: boolean;
  outcome: { readonly is: TaskActionOutcome; readonly at: number } | null;
}

/** The journal of actions, as long as the process lives. What is refused costs a caller nothing, so that it makes nothing go that was sent. */
export class MemoryJournal {
  readonly #entries = new Map<string, JournalEntry>();
  readonly #sent = new Set<string>();
  readonly #refused = new Set<string>();

  enter(auditId: string, entry: JournalEntry): void {
    this.#entries.set(auditId, entry);
    const alike = entry.isSent ? this.#sent : this.#refused;
    alike.add(auditId);
    const oldest = alike.keys().next();
    if (alike.size > maxActions && oldest.done !== true) this.#delete(oldest.value);
  }

  get(auditId: string): JournalEntry | undefined {
    return this.#entries.get(auditId);
  }

  actionsOf(taskIds: readonly string[]): ReadonlyMap<string, readonly TaskActionRecord[]> {
    const entries = new Map<string, JournalEntry[]>(taskIds.map((id) => [id, []]));
    for (const entry of this.#entries.values()) entries.get(entry.taskId)?.push(entry);
    return new Map([...entries].map(([id, all]) => [id, told(all).map(recordOf)]));
  }

  deleteBefore(since: number): void {
    for (const [auditId, { at }] of this.#entries) if (at < since) this.#delete(auditId);
  }

  #delete(auditId: string): void {
    for (const ids of [this.#entries, this.#sent, this.#refused]) ids.delete(auditId);
  }
}

/** The last that were sent, and where that leaves room, the last that were refused. */
function told(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const sent = entries.filter(({ isSent }) => isSent).slice(-mostActionsOfTask);
  const refused = entries.filter(({ isSent }) => !isSent);
  const kept = new Set([...sent, ...refused.slice(Math.max(0, refused.length - mostActionsOfTask + sent.length))]);
  return entries.filter((entry) => kept.has(entry));
}

function recordOf({ action, caller, reason, outcome, at }: JournalEntry): TaskActionRecord {
  return { action, by: caller, reason, outcome: outcome?.is ?? 'UNKNOWN', at };
}
