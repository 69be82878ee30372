import type { TaskActionOutcome } from '../../model/action.js';
import { parseGlobalId } from '../../model/global-id.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import type { ActionJournal, InterruptedAction } from '../../store/action-journal.js';
import { isStale } from '../cache/freshness.js';
import type { SourceCache } from '../cache/source-cache.js';

interface ReconciliationContext {
  readonly journal: ActionJournal;
  /** By source name. */
  readonly caches: ReadonlyMap<string, SourceCache>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Reads the tasks of interrupted actions and records the outcomes that this proves. Actions whose task cannot be read
 * now stay interrupted until the next time. Rejects when the store fails.
 */
export async function reconcileInterruptedActions({ journal, caches, now }: ReconciliationContext): Promise<void> {
  for (const [cache, located] of groupByCache(await journal.readInterruptedActions(), caches)) {
    const sent = located.filter(({ action }) => action.statusBefore !== null);
    for (const { action } of located) if (action.statusBefore === null) await journal.reconcileAction(action.auditId, 'REJECTED', now());
    const results = await cache.read([...new Set(sent.map(({ sourceTaskId }) => sourceTaskId))], {
      operationStartedAt: now(),
      maxAgeMs: 0,
    });
    for (const { action, sourceTaskId } of sent) {
      const task = results.get(sourceTaskId) ?? null;
      if (task instanceof SourceProblemError || (task !== null && isStale(task))) continue;
      await journal.reconcileAction(action.auditId, deriveProvenOutcome(action, task), now());
    }
  }
}

/**
 * The outcome of an interrupted action that its task proves, as read afterwards; null when the plane no longer has it.
 * A finished task does not run again by itself, and no task cancels itself, so either shows that the plane accepted the
 * action. An unchanged task proves nothing: the action may have failed again, or not have begun. No clock is trusted.
 */
export function deriveProvenOutcome({ action, statusBefore }: InterruptedAction, task: Pick<Task, 'status'> | null): TaskActionOutcome {
  if (task === null || statusBefore === 'UNKNOWN' || task.status === statusBefore) return 'UNKNOWN';
  return actionProvenBy[task.status] === action ? 'ACCEPTED' : 'UNKNOWN';
}

/**
 * The action that a new status proves, because no task reaches it by itself from a status in which its plane accepts
 * the action; null where it proves none.
 */
const actionProvenBy: Readonly<Record<TaskStatus, InterruptedAction['action'] | null>> = {
  PENDING: 'RETRY',
  QUEUED: 'RETRY',
  RUNNING: 'RETRY',
  PAUSING: null,
  PAUSED: null,
  CANCELLING: 'CANCEL',
  SUCCEEDED: 'RETRY',
  SUCCEEDED_WITH_WARNINGS: 'RETRY',
  FAILED: null,
  CANCELLED: 'CANCEL',
  TIMED_OUT: null,
  SKIPPED: null,
  UNKNOWN: null,
};

interface LocatedAction {
  readonly action: InterruptedAction;
  readonly sourceTaskId: string;
}

/** Actions on tasks of sources that are no longer configured are left out. */
function groupByCache(
  actions: readonly InterruptedAction[],
  caches: ReadonlyMap<string, SourceCache>,
): ReadonlyMap<SourceCache, readonly LocatedAction[]> {
  const groups = new Map<SourceCache, LocatedAction[]>();
  for (const action of actions) {
    const id = parseGlobalId(action.taskId);
    const cache = id?.kind === 'task' ? caches.get(id.sourceName) : undefined;
    if (id?.kind === 'task' && cache !== undefined)
      groups.set(cache, [...(groups.get(cache) ?? []), { action, sourceTaskId: id.sourceTaskId }]);
  }
  return groups;
}
