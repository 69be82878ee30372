import type { SourceProblemError } from '../../model/source-problem.js';
import { isUnansweredWarning, overdueDataWarning, staleDataWarning, type TaskWarning } from '../../model/task-warning.js';
import type { Task } from '../../model/task.js';

/** The max-age that an operation asks for, as in HTTP caching. */
export interface Freshness {
  /** When the operation arrived, in milliseconds since 1970: what is requested from then on is as new as it may demand. */
  readonly operationStartedAt: number;
  /** Data this old is fresh enough, in milliseconds; 0: only data requested after the operation started. */
  readonly maxAgeMs: number;
}

/** When something was requested from a plane, and when the response came: null while the request is in flight. */
interface ReadTimes {
  readonly requestedAt: number;
  readonly observedAt: number | null;
}

/** Whether data, or a request in flight, is fresh enough. The age counts from the response. */
export function isFresh({ operationStartedAt, maxAgeMs }: Freshness, { requestedAt, observedAt }: ReadTimes): boolean {
  return requestedAt >= operationStartedAt || (maxAgeMs > 0 && (observedAt === null || observedAt >= operationStartedAt - maxAgeMs));
}

/**
 * The `stale-if-error` lifetime (RFC 5861) of cached data, in milliseconds. The schema and the documents promise these
 * five minutes.
 */
const maxServeStaleMs = 300_000;

/**
 * Whether data read at `observedAt` may be served in place of a read that failed. Never after the credentials were
 * refused.
 */
export function canServeStale(error: SourceProblemError, observedAt: number, now: number): boolean {
  return !error.isCredentialRefusal && isRecent(observedAt, now);
}

/** Whether data read at that time may still be served as stale. */
export function isRecent(observedAt: number, now: number): boolean {
  return now - observedAt <= maxServeStaleMs;
}

interface MarkedCopy {
  readonly observedAt: number;
  readonly staleSince: number;
  readonly warn: (staleSince: number) => TaskWarning;
  readonly copy: Task;
}

/** By task, the last copy with a warning: while its plane is away, what was computed from the copy is kept with it. */
const copies = new WeakMap<Task, MarkedCopy>();

function mark(task: Task, observedAt: number, staleSince: number, warn: MarkedCopy['warn']): Task {
  const known = copies.get(task);
  if (known?.observedAt === observedAt && known.staleSince === staleSince && known.warn === warn) return known.copy;
  const copy = { ...task, observedAt, warnings: [...task.warnings, warn(staleSince)] };
  copies.set(task, { observedAt, staleSince, warn, copy });
  return copy;
}

/**
 * A copy of a task with the warning that it is stale; the same one as long as it would be equal.
 *
 * @param observedAt when it was last read.
 * @param staleSince what the warning says; the two differ where a list confirmed the task without reading it.
 */
export function markStale(task: Task, observedAt: number, staleSince = observedAt): Task {
  return mark(task, observedAt, staleSince, staleDataWarning);
}

/** A copy of a task with the warning that its plane has not answered yet. The parameters are those of `markStale`. */
export function markOverdue(task: Task, observedAt: number, staleSince = observedAt): Task {
  return mark(task, observedAt, staleSince, overdueDataWarning);
}

/** Whether it is stale because its plane failed to answer. An answer that is only overdue is no failure. */
export function isUnanswered(task: Task): boolean {
  return task.warnings.some(isUnansweredWarning);
}

/** Whether it is what was last known, and not what its plane says now, for whatever reason. */
export function isStale(task: Task): boolean {
  return task.warnings.some((warning) => warning.__typename === 'StaleDataWarning');
}
