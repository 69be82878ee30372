import type { RateLimiter } from '../../lib/rate-limiter.js';
import type { ActionCommand } from '../../model/action.js';
import { parseGlobalId } from '../../model/global-id.js';
import type { ActionJournal } from '../../store/action-journal.js';
import type { Caller } from '../access/caller.js';
import type { RefusalLog } from '../audit/refusal-log.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { TaskReadResult } from '../cache/task-reads.js';
import type { ForgottenTasks } from '../history/forgotten-tasks.js';
import type { Log } from '../log.js';
import type { PendingActions } from './pending-actions.js';

/** What the gateway needs to act. */
export interface ActionContext {
  readonly caches: ReadonlyMap<string, SourceCache>;
  readonly caller: Caller;
  readonly journal: ActionJournal;
  readonly pendingActions: PendingActions;
  /** Actions that each caller may still send, by its id. */
  readonly actionQuota: RateLimiter;
  /** Where it is written down what is refused. */
  readonly refusals: RefusalLog;
  /** What planes no longer have. */
  readonly forgotten: ForgottenTasks;
  /** Whether callers bring their own tokens of the source: then being let in here says nothing of what its plane shows them. */
  readonly takesOwnTokens: (sourceName: string) => boolean;
  readonly now: () => number;
  /** Data this old is good enough to decide by, in milliseconds. */
  readonly maxAgeMs: number;
  /** What went wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
  readonly log: Log;
}

/** One action on one task, as it was asked for. */
export interface ActionRequest {
  readonly mutation: string;
  readonly command: ActionCommand;
  readonly taskId: string;
  readonly reason: string | null;
  /** Of the idempotency key; null without one. */
  readonly claimId: string | null;
  /** Of the input field that names the task. */
  readonly path: readonly string[];
}

/** Where a task lives. */
export interface TaskLocation {
  readonly cache: SourceCache;
  /** The id at the plane. */
  readonly sourceTaskId: string;
}

/** Null when the id is that of no source that the caller may read. */
export function resolveTaskId(taskId: string, { caches: views, caller }: ActionContext): TaskLocation | null {
  const id = parseGlobalId(taskId);
  const view = id?.kind === 'task' && caller.may('read', id.sourceName) ? views.get(id.sourceName) : undefined;
  return id?.kind !== 'task' || view === undefined ? null : { cache: view, sourceTaskId: id.sourceTaskId };
}

/** Reads the task; what is known may be so many milliseconds old. 0 asks for it now: what was asked for in this very millisecond will not do. */
export async function readTask(
  { cache: view, sourceTaskId }: TaskLocation,
  maxAgeMs: number,
  { now, forgotten }: ActionContext,
): Promise<TaskReadResult> {
  const answers = await view.read([sourceTaskId], { since: maxAgeMs === 0 ? now() + 1 : now(), maxAgeMs });
  return forgotten.replaceIfForgotten(view.source, sourceTaskId, answers.get(sourceTaskId) ?? null);
}

/** Reads tasks with the fewest calls, so that reading each of them at once afterwards costs none. */
export async function prefetchTasks(taskIds: readonly string[], room: ActionContext): Promise<void> {
  const idsByView = new Map<SourceCache, string[]>();
  for (const place of taskIds.flatMap((id) => resolveTaskId(id, room) ?? [])) {
    idsByView.set(place.cache, [...(idsByView.get(place.cache) ?? []), place.sourceTaskId]);
  }
  const freshness = { since: room.now(), maxAgeMs: room.maxAgeMs };
  await Promise.all([...idsByView].map(([view, ids]) => view.read(ids, freshness)));
}
