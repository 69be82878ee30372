import { malformedData, unmappedStatus } from '../../task/model/gateway-warnings.js';
import { taskIdOf } from '../../task/model/id.js';
import type { TaskProgress } from '../../task/model/progress.js';
import { rootCauseOf } from '../../task/model/root-cause.js';
import { isFailure, lifeOf, type TaskStatus } from '../../task/model/status.js';
import type { Translated } from '../../task/model/translated.js';
import { failureOf } from './failures.js';
import { resourcesOf } from './resources.js';
import { statusOf } from './status.js';
import type { AstraTask } from './types/task.js';
import { warningOf } from './warnings.js';
import type { WireItem, WireTask } from './wire.js';

/** What a task of the plane is in the gateway's words. Pure; it never throws. */
export function translate(sourceName: string, { task, oddFields, payload }: WireItem): Translated<AstraTask> {
  const { metadata } = task;
  const sourceStatus = task.state ?? null;
  const details = task.stateDetails ?? [];
  const status = statusOf(sourceStatus, details.length > 0);
  const failures = isFailure(status) ? details.map(failureOf) : [];
  const { isFinished, isSuccessful } = lifeOf(status);
  const operation = task.name || null;
  const summary = task.summary || operation || `Astra task ${task.id}`;
  return {
    __typename: 'AstraTask',
    id: taskIdOf(sourceName, task.id),
    sourceName,
    sourceTaskId: task.id,
    name: summary,
    description: task.description || null,
    operation,
    status,
    sourceStatus,
    isFinished,
    isSuccessful,
    createdAt: metadata?.creationTimestamp ?? null,
    updatedAt: metadata?.modificationTimestamp ?? null,
    startedAt: task.startTime ?? null,
    // The plane also gives running tasks an end time.
    finishedAt: isFinished ? (task.endTime ?? task.cancelTime ?? null) : null,
    progress: progressOf(status, task),
    resources: resourcesOf(sourceName, task),
    failures,
    rootCause: rootCauseOf(failures),
    warnings: [
      ...(isFailure(status) ? [] : details.map(warningOf)),
      ...(status === 'UNKNOWN' ? [unmappedStatus(sourceStatus)] : []),
      ...malformedData(oddFields),
    ],
    parentTaskId: task.parentTaskID || null,
    parts: [],
    position: task.orderHint ?? null,
    orderHint: task.orderHint ?? null,
    payload,
    summary,
    service: task.service || null,
    userId: task.userID || null,
    createdBy: metadata?.createdBy || null,
    modifiedBy: metadata?.modifiedBy || null,
    cancelledAt: task.cancelTime ?? null,
    resourceUri: task.resourceURI || null,
    resourceCollectionUris: task.resourceCollectionURI ?? [],
    stateTransitions: (task.stateTransitions ?? []).map(({ from, to }) => ({ from: from ?? null, to: to ?? [] })),
    labels: metadata?.labels ?? [],
  };
}

function progressOf(status: TaskStatus, { percentDone }: WireTask): TaskProgress | null {
  const isDone = status === 'SUCCEEDED' || status === 'SUCCEEDED_WITH_WARNINGS';
  const percent = isDone ? 100 : percentDone;
  if (percent == null) return null;
  return { percent: Math.min(100, Math.max(0, percent)), basis: 'REPORTED', completedSteps: null, totalSteps: null };
}
