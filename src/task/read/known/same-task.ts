import { isDeepStrictEqual } from 'node:util';

import { isGatewayWarning } from '../../model/gateway-warnings.js';
import type { Task } from '../../model/task.js';

/** Whether two readings of a task say the same; when they were made, and what this gateway adds to them, does not count. */
export function isSameTask(one: Task, other: Task): boolean {
  return isDeepStrictEqual(contentOf(one), contentOf(other));
}

function contentOf(task: Task): Task {
  return { ...task, observedAt: 0, changedAt: 0, warnings: task.warnings.filter((warning) => !isGatewayWarning(warning)) };
}
