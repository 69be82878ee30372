import { createHash } from 'node:crypto';

import { isFailure } from '../../model/status.js';
import type { Task } from '../../model/task.js';
import type { TaskSourceKind } from '../../source/kind.js';
import { messagePattern } from './message-pattern.js';

/** Of a task, what its failure group depends on. */
export type FailedTask = Pick<Task, 'status' | 'rootCause'>;

/**
 * The key of the failure group that a task belongs to; null when it has neither failed nor timed out. It is URL-safe,
 * 18 characters long, and the same for the same cause in every process of one version of the rules.
 *
 * @param kind of the task's source.
 */
export function failureKeyOf(task: FailedTask, kind: TaskSourceKind): string | null {
  if (!isFailure(task.status)) return null;
  const code = failureCodeOf(task);
  const cause = code === null ? ['message', messagePattern(task.rootCause?.message ?? '')] : ['code', code];
  const digest = createHash('sha256').update(JSON.stringify([kind, ...cause]));
  return `${version}${digest.digest('base64url').slice(0, 16)}`;
}

/** The code that explains a failure; null where the plane gave none. */
export function failureCodeOf({ rootCause }: FailedTask): string | null {
  const code = rootCause?.code?.trim() ?? '';
  return code === '' ? null : code;
}

/** To be raised when the rules change: keys that clients kept then match nothing, rather than something else. */
const version = '1-';
