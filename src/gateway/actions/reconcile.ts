import { setTimeout } from 'node:timers/promises';

import type { TaskActionOutcome } from '../../model/action.js';
import { parseGlobalId } from '../../model/global-id.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import type { ActionJournal, InterruptedAction } from '../../store/action-journal.js';
import { isStale } from '../cache/freshness.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { TaskReadResult } from '../cache/task-reads.js';
import { type ActionContext, readTask, type TaskLocation } from './action-context.js';

/** Milliseconds before the second and the third read, where the answer was lost and the one before has shown nothing. */
const rereadPausesMs = [100, 400];

/** Reads the task after an action: once; up to three times, within the deadline of one read, where only that can tell what became of it. */
export async function readAfterAction(
  place: TaskLocation,
  before: Task,
  outcome: TaskActionOutcome,
  room: ActionContext,
): Promise<TaskReadResult> {
  const begun = performance.now();
  let answer = await readTask(place, 0, room);
  if (outcome !== 'UNKNOWN') return answer;
  for (const pauseMs of rereadPausesMs) {
    if (isConclusive(answer, before) || performance.now() - begun + pauseMs >= place.cache.source.timeoutMs) break;
    await setTimeout(pauseMs);
    answer = preferObserved(await readTask(place, 0, room), answer);
  }
  return answer;
}

/** Whether reading again tells nothing more: the task is gone, or in another status than before. */
function isConclusive(answer: TaskReadResult, before: Task): boolean {
  return answer === null || (isObserved(answer) && answer.status !== before.status);
}

/** What was observed counts, also when it could not be read again later. */
function preferObserved(later: TaskReadResult, earlier: TaskReadResult): TaskReadResult {
  return later !== null && !isObserved(later) && isObserved(earlier) ? earlier : later;
}

function isObserved(answer: TaskReadResult): answer is Task {
  return answer !== null && !(answer instanceof SourceProblemError) && !isStale(answer);
}

export interface ReconciliationContext {
  readonly journal: ActionJournal;
  readonly caches: ReadonlyMap<string, SourceCache>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An action that was cut off, and where its task lives. */
interface LocatedAction {
  readonly action: InterruptedAction;
  readonly sourceTaskId: string;
}

/**
 * Reads the tasks of actions that were cut off and records what that proves. Of a task that cannot be read now nothing is recorded:
 * the next time may tell. Rejects when the journal fails.
 */
export async function reconcileInterruptedActions({ journal, caches: views, now }: ReconciliationContext): Promise<void> {
  for (const [view, placed] of groupBySource(await journal.interruptedActions(), views)) {
    const sent = placed.filter(({ action }) => action.sentFrom !== null);
    for (const { action } of placed) if (action.sentFrom === null) await journal.reconcileAction(action.auditId, 'REJECTED', now());
    const answers = await view.read([...new Set(sent.map(({ sourceTaskId }) => sourceTaskId))], { since: now(), maxAgeMs: 0 });
    for (const { action, sourceTaskId } of sent) {
      const task = answers.get(sourceTaskId) ?? null;
      if (task instanceof SourceProblemError || (task !== null && isStale(task))) continue;
      await journal.reconcileAction(action.auditId, deriveProvenOutcome(action, task), now());
    }
  }
}

function groupBySource(
  actions: readonly InterruptedAction[],
  views: ReadonlyMap<string, SourceCache>,
): ReadonlyMap<SourceCache, readonly LocatedAction[]> {
  const groups = new Map<SourceCache, LocatedAction[]>();
  for (const action of actions) {
    const id = parseGlobalId(action.taskId);
    const view = id?.kind === 'task' ? views.get(id.sourceName) : undefined;
    if (id?.kind === 'task' && view !== undefined)
      groups.set(view, [...(groups.get(view) ?? []), { action, sourceTaskId: id.sourceTaskId }]);
  }
  return groups;
}

/** Where a task cannot get by itself from the status in which its plane can be asked for the action. */
const provingStatuses: Readonly<Record<InterruptedAction['action'], ReadonlySet<TaskStatus>>> = {
  RETRY: new Set(['PENDING', 'QUEUED', 'RUNNING', 'SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS']),
  CANCEL: new Set(['CANCELLING', 'CANCELLED']),
};

/**
 * What the task, read afterwards, proves of an action that was about to be sent and whose answer was lost; null: its plane no
 * longer has it. A finished task does not run again by itself, and none cancels itself: then the plane has done what was asked
 * for. That nothing shows proves nothing: the plane may have failed at it again, or not have begun. No clock is trusted.
 */
export function deriveProvenOutcome({ action, sentFrom }: InterruptedAction, task: Pick<Task, 'status'> | null): TaskActionOutcome {
  if (task === null || sentFrom === 'UNKNOWN' || task.status === sentFrom) return 'UNKNOWN';
  return provingStatuses[action].has(task.status) ? 'ACCEPTED' : 'UNKNOWN';
}
