import { createHash } from 'node:crypto';

import type { KeptTask, SeenTask } from '../task/history/history.js';
import { durationBetween } from '../task/model/instant.js';
import { redact } from '../task/model/redact.js';
import type { Task } from '../task/model/task.js';
import type { TaskRow } from './ledger-tables.js';
import { plainText } from './plain-text.js';

/** A larger payload is not kept, in characters of JSON: one task must not fill the store. */
const longestPayload = 1_048_576;

/** What is kept of a task. Nothing that a client may not see goes into it. */
export function rowOf(task: Task, gone: SeenTask['gone'], changeCount: number): TaskRow {
  const { sourceName, sourceTaskId, parentTaskId, operation, status, sourceStatus, createdAt, finishedAt } = task;
  const state = JSON.stringify({ ...task, payload: null });
  const payload = task.payload === null ? null : JSON.stringify(redact(task.payload));
  return {
    task_id: plainText(task.id),
    source_name: sourceName,
    local_id: plainText(sourceTaskId),
    parent_id: parentTaskId && plainText(parentTaskId),
    digest: digestOf(task, payload),
    state,
    payload: payload === null || payload.length > longestPayload ? null : payload,
    operation: operation && plainText(operation),
    status,
    source_status: sourceStatus && plainText(sourceStatus),
    created_at: createdAt,
    finished_at: finishedAt,
    duration_ms: durationOf(task),
    observed_at: gone?.observedAt ?? task.observedAt,
    gone_at: gone?.at ?? null,
    change_count: changeCount,
  };
}

/** Without its payload. */
export function taskOf({ state, observed_at: observedAt }: Pick<TaskRow, 'state' | 'observed_at'>): Task {
  return { ...(JSON.parse(state) as Task), observedAt };
}

export function keptTaskOf(row: Pick<TaskRow, 'state' | 'observed_at' | 'gone_at'>): KeptTask {
  return { task: taskOf(row), goneAt: row.gone_at };
}

/** How long a task took that succeeded; null where its times cannot be trusted. */
export function durationOf({ status, startedAt, createdAt, finishedAt }: Task): number | null {
  const hasSucceeded = status === 'SUCCEEDED' || status === 'SUCCEEDED_WITH_WARNINGS';
  return hasSucceeded ? durationBetween(startedAt ?? createdAt, finishedAt) : null;
}

function digestOf(task: Task, payload: string | null): string {
  const content = JSON.stringify({ ...task, payload: null, observedAt: 0, changedAt: 0 });
  return createHash('sha256')
    .update(content)
    .update(payload ?? '')
    .digest('base64url');
}
