import type { TaskSourceHealth } from '../../source/health.js';

/** The same for two states that are no change of each other. A support key is another one at each failure, so it does not count. */
export function healthKeyOf({ status, problem }: TaskSourceHealth): string {
  return JSON.stringify(problem === null ? [status] : [status, problem.kind, problem.httpStatus, problem.message]);
}
