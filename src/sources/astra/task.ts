import { findRootCause, type TaskFailure } from '../../model/failure.js';
import { formatResourceId, formatTaskId } from '../../model/global-id.js';
import type { TaskProgress } from '../../model/progress.js';
import type { TaskResource } from '../../model/resource.js';
import { isJsonObject } from '../../model/scalars.js';
import { redact } from '../../model/secret.js';
import { deriveCompletion, isFailedStatus, type TaskStatus } from '../../model/task-status.js';
import { malformedDataWarnings, unmappedStatusWarning } from '../../model/task-warning.js';
import type { TranslatedTask } from '../../model/task.js';
import { computeFingerprint, type UntranslatedTask } from '../source.js';
import { toAstraTaskStatus } from './status.js';
import type { AstraTask, AstraWarning } from './types.js';
import type { AstraWireItem, AstraWireStateDetail, AstraWireTask } from './wire.js';

/** What a task of the plane is in the gateway's words. Pure; it never throws. */
export function translateAstraTask(sourceName: string, { task, invalidFields, payload }: AstraWireItem): TranslatedTask<AstraTask> {
  const { metadata } = task;
  const sourceStatus = task.state ?? null;
  const details = task.stateDetails ?? [];
  const status = toAstraTaskStatus(sourceStatus, details.length > 0);
  const failures = isFailedStatus(status) ? details.map(toAstraFailure) : [];
  const { isFinished, isSuccessful } = deriveCompletion(status);
  const operation = task.name || null;
  const summary = task.summary || operation || `Astra task ${task.id}`;
  return {
    __typename: 'AstraTask',
    id: formatTaskId(sourceName, task.id),
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
    progress: toProgress(status, task),
    resources: toAstraResources(sourceName, task),
    failures,
    rootCause: findRootCause(failures),
    warnings: [
      ...(isFailedStatus(status) ? [] : details.map(toAstraWarning)),
      ...(status === 'UNKNOWN' ? [unmappedStatusWarning(sourceStatus)] : []),
      ...malformedDataWarnings(invalidFields),
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

function toProgress(status: TaskStatus, { percentDone }: AstraWireTask): TaskProgress | null {
  const isDone = status === 'SUCCEEDED' || status === 'SUCCEEDED_WITH_WARNINGS';
  const percent = isDone ? 100 : percentDone;
  if (percent == null) return null;
  return { percent: Math.min(100, Math.max(0, percent)), basis: 'REPORTED', completedSteps: null, totalSteps: null };
}

/** A task as it came; the translation waits until somebody needs it. */
export function buildUntranslatedAstraTask(sourceName: string, item: AstraWireItem): UntranslatedTask {
  return {
    sourceTaskId: item.task.id,
    fingerprint: computeFingerprint(item.payload),
    translate: () => translateAstraTask(sourceName, item),
  };
}

/** What a detail of the state of a failed task says. */
export function toAstraFailure(detail: AstraWireStateDetail): TaskFailure {
  return {
    code: detail.type || null,
    message: detailMessage(detail),
    remediation: null,
    remediationUrl: null,
    referenceToken: detail.correlationID || null,
    subtaskPath: [],
    causes: [],
  };
}

/** What a detail of the state of a task that did not fail says. */
export function toAstraWarning(detail: AstraWireStateDetail): AstraWarning {
  return {
    __typename: 'AstraWarning',
    code: detail.type || null,
    message: detailMessage(detail),
    title: detailTitle(detail),
    additionalDetails: collectAdditionalDetails(detail),
  };
}

/** Every other member, those of the member `additionalDetails` among them; null when there is none. */
function collectAdditionalDetails({
  type: _type,
  title: _title,
  detail: _detail,
  ...others
}: AstraWireStateDetail): AstraWarning['additionalDetails'] {
  const { additionalDetails, ...rest } = others;
  const details = redact(isJsonObject(additionalDetails) ? { ...additionalDetails, ...rest } : others);
  return Object.keys(details).length === 0 ? null : details;
}

/** What a detail of a state says for people. */
export function detailMessage(detail: AstraWireStateDetail): string {
  return detail.detail || detail.title || noMessageText;
}

/** The title of a detail, or what comes nearest to one. */
export function detailTitle(detail: AstraWireStateDetail): string {
  return detail.title || detail.detail || noMessageText;
}

const noMessageText = 'The plane gave no words for it.';

/**
 * The resource that a task works on. Its type is the name of its collection, such as `appBackups`: the last but one
 * segment of its URI, which is relative to the plane. Where the plane leaves out the id, it is the last segment.
 */
export function toAstraResources(sourceName: string, task: AstraWireTask): readonly TaskResource[] {
  const uri = task.resourceURI || null;
  const segments = (uri ?? '')
    .replace(/[?#].*$/s, '')
    .split('/')
    .filter(Boolean);
  const sourceResourceId = task.resourceID || segments.at(-1);
  if (sourceResourceId === undefined) return [];
  return [
    {
      __typename: 'TaskResource',
      id: formatResourceId(sourceName, sourceResourceId),
      sourceName,
      sourceResourceId,
      type: segments.at(-2) ?? null,
      name: null,
      fqdn: null,
      uri,
    },
  ];
}
