import { internText } from '../../lib/intern-text.js';
import { shareEmpty } from '../../lib/share-empty.js';
import { removeInvisible } from '../../lib/invisible-text.js';
import { findRootCause, type TaskFailure } from '../../model/failure.js';
import { formatResourceId, formatTaskId } from '../../model/global-id.js';
import { type PlaneMessage, readPlaneMessage } from '../../upstream/plane-message.js';
import { type TaskProgress, toPercent } from '../../model/progress.js';
import type { TaskResource } from '../../model/resource.js';
import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { redact } from '../../model/secret.js';
import { deriveCompletion, isFailedStatus, type TaskStatus } from '../../model/task-status.js';
import { type LeftOutPart, malformedDataWarnings, unmappedStatusWarning } from '../../model/task-warning.js';
import type { TranslatedTask } from '../../model/task.js';
import type { ListItem } from '../../upstream/body/json-item.js';
import type { UntranslatedTask } from '../source.js';
import type { AstraTask, AstraWarning } from './types.js';
import { type AstraWireItem, type AstraWireStateDetail, type AstraWireTask, parseAstraTask } from './wire.js';

/** Translates a task. Pure; never throws. */
export function translateAstraTask(
  sourceName: string,
  { task, invalidFields, payload }: AstraWireItem,
  leftOut: readonly LeftOutPart[] = [],
): TranslatedTask<AstraTask> {
  const { metadata } = task;
  const sourceStatus = task.state ?? null;
  const details = task.stateDetails ?? [];
  const status = toAstraTaskStatus(sourceStatus, details.length > 0);
  const failures = shareEmpty(isFailedStatus(status) ? details.map(toAstraFailure) : []);
  const { isFinished, isSuccessful } = deriveCompletion(status);
  const operation = task.name ? internText(task.name) : null;
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
    isStartReported: true,
    // Running tasks have an end time too.
    finishedAt: isFinished ? (task.endTime ?? task.cancelTime ?? null) : null,
    progress: toProgress(status, task),
    resources: toAstraResources(sourceName, task),
    failures,
    rootCause: findRootCause(failures),
    warnings: shareEmpty([
      ...(isFailedStatus(status) ? [] : details.map(toAstraWarning)),
      ...(status === 'UNKNOWN' ? [unmappedStatusWarning(sourceStatus)] : []),
      ...malformedDataWarnings(invalidFields, leftOut),
    ]),
    parentTaskId: task.parentTaskID || null,
    parts: shareEmpty([]),
    position: task.orderHint ?? null,
    orderHint: task.orderHint ?? null,
    payload,
    summary,
    service: task.service || null,
    userId: task.userID || null,
    createdBy: metadata?.createdBy ? internText(metadata.createdBy) : null,
    modifiedBy: metadata?.modifiedBy || null,
    cancelledAt: task.cancelTime ?? null,
    resourceUri: task.resourceURI || null,
    resourceCollectionUris: shareEmpty(task.resourceCollectionURI ?? []),
    stateTransitions: shareEmpty((task.stateTransitions ?? []).map(({ from, to }) => ({ from: from ?? null, to: to ?? [] }))),
    labels: shareEmpty(metadata?.labels ?? []),
  };
}

function toProgress(status: TaskStatus, { percentDone }: AstraWireTask): TaskProgress | null {
  const { isFinished, isSuccessful } = deriveCompletion(status);
  const percent = isSuccessful === true ? 100 : percentDone;
  if (percent == null) return null;
  return { percent: toPercent(percent / 100, isFinished), basis: 'REPORTED', completedSteps: null, totalSteps: null };
}

/** A task of the plane for the port, with what its place among other tasks depends on. */
export interface UntranslatedAstraTask extends UntranslatedTask {
  readonly parentTaskId: string | null;
  /** Null: the plane sent none. */
  readonly orderHint: number | null;
}

/** Wraps a task for the port; null where the item is no task. It is translated only where its fingerprint is another one than before. */
export function buildUntranslatedAstraTask(sourceName: string, item: ListItem): UntranslatedAstraTask | null {
  const parsed = parseAstraTask(item.take());
  if (parsed === null) return null;
  return new UntranslatedItem(sourceName, item, parsed);
}

/** It is parsed again from the text of its item when it is needed more than once: so a remembered list takes the memory of its text alone. */
class UntranslatedItem implements UntranslatedAstraTask {
  readonly sourceTaskId: string;
  readonly parentTaskId: string | null;
  readonly orderHint: number | null;
  readonly #sourceName: string;
  readonly #item: ListItem;
  /** Without its payload, which takes most of the memory. */
  #translated: TranslatedTask<AstraTask> | null;

  constructor(sourceName: string, item: ListItem, parsed: AstraWireItem) {
    const { id, parentTaskID, orderHint } = parsed.task;
    this.sourceTaskId = id;
    this.parentTaskId = parentTaskID ?? null;
    this.orderHint = orderHint ?? null;
    this.#sourceName = sourceName;
    this.#item = item;
    this.#translated = translateAstraTask(sourceName, parsed, item.leftOut);
    this.#translated.payload = null;
  }

  get fingerprint(): string {
    return this.#item.fingerprint;
  }

  translate(): TranslatedTask<AstraTask> {
    const payload = this.readPayload();
    const translated = this.#translated ?? this.#translateAgain(payload);
    this.#translated = null;
    translated.payload = payload;
    return translated;
  }

  readPayload(): JsonObject {
    const payload = this.#item.take();
    return isJsonObject(payload) ? payload : {};
  }

  discard(): void {
    this.#translated = null;
  }

  #translateAgain(payload: JsonObject): TranslatedTask<AstraTask> {
    const parsed = parseAstraTask(payload);
    if (parsed === null) throw new Error('The text of a task is that of a task also when it is parsed again.');
    return translateAstraTask(this.#sourceName, parsed, this.#item.leftOut);
  }
}

/** Translates a detail of the state of a failed task. */
function toAstraFailure(detail: AstraWireStateDetail): TaskFailure {
  const { message, code } = readDetailMessage(detail);
  return {
    code: detail.type ? internText(detail.type) : code,
    message,
    remediation: null,
    remediationUrl: null,
    referenceToken: detail.correlationID || null,
    subtaskPath: shareEmpty([]),
    causes: shareEmpty([]),
  };
}

/** Translates a detail of the state of a task that did not fail. */
function toAstraWarning(detail: AstraWireStateDetail): AstraWarning {
  const { message, code } = readDetailMessage(detail);
  return {
    __typename: 'AstraWarning',
    code: detail.type || code,
    message,
    title: readDetailTitle(detail),
    additionalDetails: collectAdditionalDetails(detail),
  };
}

/** All other members, merged with those of the member `additionalDetails`; null when there are none. */
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

/** The human-readable text of a detail, and the code in it. */
function readDetailMessage(detail: AstraWireStateDetail): PlaneMessage {
  return readPlaneMessage(detail.detail || detail.title || noMessageText);
}

/** The title of a detail, or its text. */
function readDetailTitle(detail: AstraWireStateDetail): string {
  return removeInvisible(detail.title || detail.detail || noMessageText);
}

const noMessageText = 'The plane gave no words for it.';

/**
 * The resource that a task works on, and those that its URIs name as what it belongs to: its application, cluster and
 * namespace. The type of each is the name of its collection, such as `appBackups`: the segment of the URI before its
 * id. Where the plane does not send the id of the first one, it is the last segment.
 */
function toAstraResources(sourceName: string, task: AstraWireTask): readonly TaskResource[] {
  const uri = task.resourceURI || null;
  const segments = splitPath(uri ?? '');
  const sourceResourceId = task.resourceID || segments.at(-1);
  const own = sourceResourceId === undefined ? [] : [createResource(sourceName, sourceResourceId, segments.at(-2) ?? null, uri)];
  const named = [uri ?? '', ...(task.resourceCollectionURI ?? [])].flatMap((one) => listNamedInUri(sourceName, one));
  const byId = new Map<string, TaskResource>();
  for (const resource of [...own, ...named]) {
    const key = resource.sourceResourceId.toLowerCase();
    if (!byId.has(key)) byId.set(key, resource);
  }
  return shareEmpty([...byId.values()]);
}

/** Longer URIs name nothing: those of the API have ten segments, and every pair of segments would become a resource. */
const maxUriSegments = 20;
const maxUriLength = 2_048;

/** What a URI names after its version, as in `/accounts/{id}/k8s/v1/apps/{id}/appBackups/{id}`; the innermost first. */
function listNamedInUri(sourceName: string, uri: string): readonly TaskResource[] {
  const segments = uri.length > maxUriLength ? [] : splitPath(uri);
  if (segments.length > maxUriSegments) return [];
  const version = segments.findIndex((segment) => /^v\d+$/.test(segment));
  if (version === -1) return [];
  const named: TaskResource[] = [];
  for (let index = version + 2; index < segments.length; index += 2) {
    const sourceResourceId = segments[index] ?? '';
    const path = `/${segments.slice(0, index + 1).join('/')}`;
    // A part of a text takes no memory of its own.
    const ownUri = uri.startsWith(path) ? uri.slice(0, path.length) : path;
    named.unshift(createResource(sourceName, sourceResourceId, segments[index - 1] ?? null, ownUri));
  }
  return named;
}

function splitPath(uri: string): readonly string[] {
  return uri
    .replace(/[?#].*$/s, '')
    .split('/')
    .filter(Boolean);
}

function createResource(sourceName: string, sourceResourceId: string, type: string | null, uri: string | null): TaskResource {
  const id = formatResourceId(sourceName, sourceResourceId);
  const knownType = type === null ? null : internText(type);
  return { __typename: 'TaskResource', id, sourceName, sourceResourceId, type: knownType, name: null, fqdn: null, uri };
}

/** Every state in the reference of the API. */
export type AstraState = 'notStarted' | 'running' | 'completed' | 'pausing' | 'paused' | 'cancelling' | 'cancelled' | 'failed';

const statusByAstraState: Readonly<Record<AstraState, TaskStatus>> = {
  notStarted: 'PENDING',
  running: 'RUNNING',
  pausing: 'PAUSING',
  paused: 'PAUSED',
  cancelling: 'CANCELLING',
  cancelled: 'CANCELLED',
  completed: 'SUCCEEDED',
  failed: 'FAILED',
};

/** The status of a state; a completed task that still has details has warnings. UNKNOWN for any other state. */
function toAstraTaskStatus(state: string | null, hasDetails: boolean): TaskStatus {
  if (state === null || !isAstraState(state)) return 'UNKNOWN';
  return state === 'completed' && hasDetails ? 'SUCCEEDED_WITH_WARNINGS' : statusByAstraState[state];
}

function isAstraState(text: string): text is AstraState {
  return Object.hasOwn(statusByAstraState, text);
}
