import type { TaskFailure } from './failure.js';

/**
 * The deepest of all failures: subtasks that lead to it and causes above it both count; of equals, the first.
 * A cause seldom repeats the code, remediation, link and support key of the error around it: they are carried down to it.
 */
export function rootCauseOf(failures: readonly TaskFailure[]): TaskFailure | null {
  let deepest: { failure: TaskFailure; depth: number } | null = null;
  const pending = failures.map((failure) => ({ failure, depth: failure.subtaskPath.length })).reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { failure, depth } = next;
    if (deepest === null || depth > deepest.depth) deepest = next;
    pending.push(...failure.causes.map((cause) => ({ failure: inherit(cause, failure), depth: depth + 1 })).reverse());
  }
  return deepest?.failure ?? null;
}

function inherit(cause: TaskFailure, around: TaskFailure): TaskFailure {
  return {
    ...cause,
    code: cause.code ?? around.code,
    remediation: cause.remediation ?? around.remediation,
    remediationUrl: cause.remediationUrl ?? around.remediationUrl,
    referenceToken: cause.referenceToken ?? around.referenceToken,
  };
}
