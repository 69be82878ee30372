import { findRootCause, type TaskFailure } from '../../model/failure.js';
import { formatResourceId, formatTaskId } from '../../model/global-id.js';
import { readPlaneMessage } from '../../upstream/plane-message.js';
import type { TaskResource } from '../../model/resource.js';
import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { redact } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { deriveCompletion, isFailedStatus, type TaskStatus } from '../../model/task-status.js';
import {
  isGatewayWarning,
  type LeftOutPart,
  type MalformedDataWarning,
  malformedDataWarnings,
  type TaskWarning,
  unmappedStatusWarning,
} from '../../model/task-warning.js';
import type { Task, TranslatedTask } from '../../model/task.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import { type ParsedItem, parseItem } from '../parse-item.js';
import { computeFingerprint, type UntranslatedTask } from '../source.js';
import { toCatalogProblem } from './error-body.js';
import type { CatalogLink, CatalogTask, CatalogWarning } from './types.js';
import {
  catalogTaskSchema,
  type CatalogWireLink,
  type CatalogWireTask,
  type CatalogWireWarning,
  isInstallRedirect,
  parseInstallId,
} from './wire.js';

/** The result of reading one task. */
export type CatalogReadResult =
  | { readonly kind: 'found'; readonly task: UntranslatedTask }
  | { readonly kind: 'notFound' }
  /** The plane has the task, but sent something that is not a task. */
  | { readonly kind: 'unreadable'; readonly error: SourceProblemError }
  /** The plane did not say whether it has the task. */
  | { readonly kind: 'failed'; readonly error: SourceProblemError };

/** Which task was requested. */
interface CatalogTaskRequest {
  readonly sourceName: string;
  /** Base URL of the plane. */
  readonly url: URL;
  readonly sourceTaskId: string;
  /** The task as it was last read. */
  readonly cached: Task | undefined;
}

/** Parses the response to `GET catalog_tasks/{id}`. Throws a SourceProblemError when the body is not JSON. */
export function parseTaskResponse(response: UpstreamResponse, request: CatalogTaskRequest): CatalogReadResult {
  if (response.isSuccess) return parseTask(response, request);
  if (isInstallRedirect(response, request.url)) return { kind: 'found', task: parseCompletion(response, request) };
  const error = toCatalogProblem(response);
  return error.problem.kind === 'NOT_FOUND' ? { kind: 'notFound' } : { kind: 'failed', error };
}

function parseTask(response: UpstreamResponse, { sourceName, sourceTaskId }: CatalogTaskRequest): CatalogReadResult {
  const payload = response.json();
  const parsed = parseItem(catalogTaskSchema, payload);
  // A proxy that follows the redirect of a completed task returns its install, which has another id.
  if (parsed === null || parsed.item.id !== sourceTaskId || !isJsonObject(payload)) {
    const details = { httpStatus: response.status };
    return {
      kind: 'unreadable',
      error: new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent a task that could not be read.', details),
    };
  }
  const { leftOut } = response.body;
  const translate = () => translateCatalogTask(sourceName, parsed, payload, leftOut);
  return { kind: 'found', task: { sourceTaskId, fingerprint: response.body.fingerprint, translate } };
}

/**
 * 303: the task is completed, and `Location` names its install. The body is not read, because it is an install, whose
 * inputs may hold secrets.
 */
function parseCompletion(response: UpstreamResponse, { sourceName, url, sourceTaskId, cached }: CatalogTaskRequest): UntranslatedTask {
  const location = response.header('location');
  const installId = location === null ? null : parseInstallId(location, url);
  const invalidFields = location !== null && installId === null ? ['Location'] : [];
  const completion = { sourceTaskId, installId, invalidFields };
  return {
    sourceTaskId,
    fingerprint: computeFingerprint(completion),
    translate: () => translateCompletedTask(sourceName, completion, cached),
  };
}

/** Translates a task that the catalog sent; `payload` is the same task, not parsed. Pure. */
export function translateCatalogTask(
  sourceName: string,
  { item, invalidFields }: ParsedItem<CatalogWireTask>,
  payload: JsonObject,
  leftOut: readonly LeftOutPart[] = [],
): TranslatedTask<CatalogTask> {
  const sourceStatus = item.status ?? null;
  const planeWarnings = (item.warnings ?? []).map(toCatalogWarning);
  const status = toCatalogTaskStatus(sourceStatus, planeWarnings.length > 0);
  const failures = toFailures(item, status);
  const updatedAt = item.updated_at ?? null;
  const subject = {
    installId: item.install_id ?? null,
    packageId: item.package_id ?? null,
    packageSlug: item.package_slug ?? null,
  };
  const shared = buildSharedFields(sourceName, item.id, status, subject);
  return {
    name: composeTaskName(item),
    ...shared,
    operation: item.operation ?? null,
    sourceStatus,
    createdAt: item.created_at ?? null,
    updatedAt,
    finishedAt: shared.isFinished ? updatedAt : null,
    failures,
    rootCause: findRootCause(failures),
    warnings: [
      ...planeWarnings,
      ...(status === 'UNKNOWN' ? [unmappedStatusWarning(sourceStatus)] : []),
      ...malformedDataWarnings(invalidFields, leftOut),
    ],
    packageVersion: item.package_version ?? null,
    links: (item.links ?? []).map(translateLink),
    payload,
  };
}

/** A redirect to the install: all that the catalog says about a completed task. */
interface Completion {
  readonly sourceTaskId: string;
  /** Null where `Location` named none. */
  readonly installId: string | null;
  /** Headers that could not be read. */
  readonly invalidFields: readonly string[];
}

/**
 * Translates a completed task: the task as it was last read, completed; of a task that was never read, only its id and
 * install. Pure.
 */
function translateCompletedTask(sourceName: string, completion: Completion, cached: Task | undefined): TranslatedTask<CatalogTask> {
  const { sourceTaskId, invalidFields } = completion;
  const last = cached !== undefined && isCatalogTask(cached) ? cached : null;
  // A body that already said "completed" stays valid; one from before the end says nothing about the end.
  const end = last?.isSuccessful === true ? last : null;
  const planeWarnings = (last?.warnings ?? []).filter((warning) => !isGatewayWarning(warning));
  const subject = {
    installId: completion.installId ?? last?.installId ?? null,
    packageId: last?.packageId ?? null,
    packageSlug: last?.packageSlug ?? null,
  };
  return {
    name: last?.name ?? composeDefaultName(sourceTaskId),
    ...buildSharedFields(sourceName, sourceTaskId, planeWarnings.length > 0 ? 'SUCCEEDED_WITH_WARNINGS' : 'SUCCEEDED', subject),
    operation: last?.operation ?? null,
    sourceStatus: end?.sourceStatus ?? null,
    createdAt: last?.createdAt ?? null,
    updatedAt: last?.updatedAt ?? null,
    finishedAt: end?.finishedAt ?? null,
    failures: [],
    rootCause: null,
    warnings: [...planeWarnings, ...malformedDataWarnings([...new Set([...listInvalidFields(last?.warnings ?? []), ...invalidFields])])],
    packageVersion: last?.packageVersion ?? null,
    links: last?.links ?? [],
    payload: last?.payload ?? null,
  };
}

/** The install of a task, and the package of that install. */
type TaskSubject = Pick<CatalogTask, 'installId' | 'packageId' | 'packageSlug'>;

/**
 * The fields that both translations build alike, with those that the catalog never has. They do not come first in an object: V8 gives each
 * object that begins as a copy of another one, and has more members, a shape of its own, which takes several times its memory.
 */
function buildSharedFields(sourceName: string, sourceTaskId: string, status: TaskStatus, subject: TaskSubject) {
  return {
    __typename: 'CatalogTask' as const,
    id: formatTaskId(sourceName, sourceTaskId),
    sourceName,
    sourceTaskId,
    status,
    ...deriveCompletion(status),
    ...subject,
    resources: toCatalogResources(sourceName, subject),
    description: null,
    startedAt: null,
    progress: null,
    parentTaskId: null,
    parts: [],
    position: null,
  };
}

function composeDefaultName(sourceTaskId: string): string {
  return `Catalog task ${sourceTaskId}`;
}

function composeTaskName(item: CatalogWireTask): string {
  const subject = item.package_slug ?? item.package_id ?? item.install_id ?? null;
  if (subject === null) return composeDefaultName(item.id);
  if (item.operation === 'delete') return `Uninstall ${subject}`;
  if (item.operation !== 'create') return composeDefaultName(item.id);
  return item.package_version == null ? `Install ${subject}` : `Install ${subject} v${item.package_version}`;
}

function toFailures(item: CatalogWireTask, status: TaskStatus): readonly TaskFailure[] {
  if (!isFailedStatus(status) || item.error_message == null) return [];
  const { message, code } = readPlaneMessage(item.error_message);
  return [{ code, message, remediation: null, remediationUrl: null, referenceToken: null, subtaskPath: [], causes: [] }];
}

/** Properties have any form, so secrets in them are redacted as in `raw`. */
function translateLink({ href, rel, type, titles, properties }: CatalogWireLink): CatalogLink {
  return { href, rel, type: type ?? null, titles: titles ?? null, properties: properties == null ? null : redact(properties) };
}

/**
 * Fields that could not be read before are still unread. Warnings about an unmapped status or stale data no longer
 * apply.
 */
function listInvalidFields(warnings: readonly TaskWarning[]): readonly string[] {
  return warnings.filter(isMalformedDataWarning).flatMap((warning) => warning.fields);
}

function isCatalogTask(task: Task): task is CatalogTask {
  return task.__typename === 'CatalogTask';
}

function isMalformedDataWarning(warning: TaskWarning): warning is MalformedDataWarning {
  return warning.__typename === 'MalformedDataWarning';
}

type CatalogStatus = 'pending' | 'running' | 'completed' | 'failed';

const statusByCatalogStatus: Readonly<Record<CatalogStatus, TaskStatus>> = {
  pending: 'PENDING',
  running: 'RUNNING',
  completed: 'SUCCEEDED',
  failed: 'FAILED',
};

/** UNKNOWN for a status that the documentation of the catalog does not name. */
function toCatalogTaskStatus(sourceStatus: string | null, hasWarnings: boolean): TaskStatus {
  if (sourceStatus === null || !isCatalogStatus(sourceStatus)) return 'UNKNOWN';
  return sourceStatus === 'completed' && hasWarnings ? 'SUCCEEDED_WITH_WARNINGS' : statusByCatalogStatus[sourceStatus];
}

function isCatalogStatus(text: string): text is CatalogStatus {
  return Object.hasOwn(statusByCatalogStatus, text);
}

function toCatalogResources(sourceName: string, { installId, packageId, packageSlug }: TaskSubject): readonly TaskResource[] {
  return [...toResource(sourceName, 'install', installId, null), ...toResource(sourceName, 'package', packageId, packageSlug)];
}

function toResource(sourceName: string, type: string, sourceResourceId: string | null, name: string | null): readonly TaskResource[] {
  if (sourceResourceId === null) return [];
  const id = formatResourceId(sourceName, sourceResourceId);
  return [{ __typename: 'TaskResource', id, sourceResourceId, type, name, fqdn: null, uri: null, sourceName }];
}

/**
 * A warning has the form of an error, with a code and a status, but reports no failure, for example that adopted
 * entities are kept.
 */
function toCatalogWarning(warning: CatalogWireWarning): CatalogWarning {
  const code = warning.code ?? null;
  return {
    __typename: 'CatalogWarning',
    code,
    message: readPlaneMessage(warning.message ?? code ?? 'The catalog warns and does not say of what.').message,
    path: warning.path ?? null,
    httpStatus: warning.status ?? null,
    requestId: warning.request_id ?? null,
    timestamp: warning.timestamp ?? null,
    details: (warning.details ?? []).map(({ code: detailCode, field, message }) => ({ code: detailCode, field, message })),
  };
}
