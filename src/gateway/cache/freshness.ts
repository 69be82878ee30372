import type { SourceProblemError } from '../../model/source-problem.js';
import { staleDataWarning } from '../../model/task-warning.js';
import type { Task } from '../../model/task.js';

/** How fresh an operation wants its data. */
export interface Freshness {
  /** When the operation came in, in milliseconds since 1970. */
  readonly since: number;
  /** Data this old is good enough, in milliseconds; 0 asks the plane after the operation came in. */
  readonly maxAgeMs: number;
}

/** One reading of a plane: under way while `observedAt` is null. */
export interface ReadTimes {
  readonly askedAt: number;
  readonly observedAt: number | null;
}

/** Whether a reading that is done, or one under way, is fresh enough. Its age counts from the answer. */
export function isFresh({ since, maxAgeMs }: Freshness, { askedAt, observedAt }: ReadTimes): boolean {
  return askedAt >= since || (maxAgeMs > 0 && (observedAt === null || observedAt >= since - maxAgeMs));
}

/** What was last known is served in place of an answer for so long, in milliseconds. */
const maxServeStaleMs = 300_000;

/** Whether data read at `observedAt` may stand in for an answer that failed. Never after the credentials were refused. */
export function canServeStale(error: SourceProblemError, observedAt: number, now: number): boolean {
  return !error.isCredentialRefusal && isRecent(observedAt, now);
}

/** Whether what was read then is still fit to be shown. */
export function isRecent(observedAt: number, now: number): boolean {
  return now - observedAt <= maxServeStaleMs;
}

/** The same task, with the warning that it is what was last known. */
export function markStale(task: Task, observedAt: number): Task {
  return { ...task, warnings: [...task.warnings, staleDataWarning(observedAt)] };
}

export function isStale(task: Task): boolean {
  return task.warnings.some((warning) => warning.__typename === 'StaleDataWarning');
}
