import type { SourceProblemError } from '../../error/source-problem-error.js';
import { staleData } from '../../model/gateway-warnings.js';
import type { Task } from '../../model/task.js';

/** What was last known is served in place of an answer for so long, in milliseconds. */
const presentableMs = 300_000;

/** Whether data read at `observedAt` may stand in for an answer that failed. Never after the credentials were refused. */
export function isPresentable(error: SourceProblemError, observedAt: number, now: number): boolean {
  return !error.isRefusal && isRecent(observedAt, now);
}

/** Whether what was read then is still fit to be shown. */
export function isRecent(observedAt: number, now: number): boolean {
  return now - observedAt <= presentableMs;
}

/** The same task, with the warning that it is what was last known. */
export function markStale(task: Task, observedAt: number): Task {
  return { ...task, warnings: [...task.warnings, staleData(observedAt)] };
}

export function isStale(task: Task): boolean {
  return task.warnings.some((warning) => warning.__typename === 'StaleDataWarning');
}
