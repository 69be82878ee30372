import { findRootCause, type TaskFailure } from '../../model/failure.js';
import { formatResourceId, formatTaskId } from '../../model/global-id.js';
import type { TaskResource } from '../../model/resource.js';
import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { redact } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { deriveCompletion, isFailedStatus, type TaskStatus } from '../../model/task-status.js';
import {
  isGatewayWarning,
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
import { catalogTaskSchema, type CatalogWireLink, type CatalogWireTask, type CatalogWireWarning, parseInstallId } from './wire.js';

/** What became of asking for one task. */
export type CatalogReadResult =
  | { readonly phase: 'found'; readonly reading: UntranslatedTask }
  | { readonly phase: 'absent' }
  /** There is one, and it cannot be read. */
  | { readonly phase: 'unreadable'; readonly error: SourceProblemError }
  /** The plane did not say. */
  | { readonly phase: 'failed'; readonly error: SourceProblemError };

/** A question for one task: of which source, with which id, and what was last known. */
export interface CatalogTaskRequest {
  readonly sourceName: string;
  /** Base URL of the plane. */
  readonly url: URL;
  readonly sourceTaskId: string;
  readonly known: Task | undefined;
}

/** Reads the answer to `GET catalog_tasks/{id}`. Throws a SourceProblemError when the body is no JSON. */
export function parseTaskResponse(answer: UpstreamResponse, question: CatalogTaskRequest): CatalogReadResult {
  if (answer.isSuccess) return parseTask(answer, question);
  if (answer.status === 303) return { phase: 'found', reading: parseCompletion(answer, question) };
  if (answer.status === 404) return { phase: 'absent' };
  return { phase: 'failed', error: toCatalogProblem(answer) };
}

function parseTask(answer: UpstreamResponse, { sourceName, sourceTaskId }: CatalogTaskRequest): CatalogReadResult {
  const payload = answer.json();
  const read = parseItem(catalogTaskSchema, payload);
  // A proxy that follows the redirect of a completed task hands over an install instead, which has another id.
  if (read === null || read.item.id !== sourceTaskId || !isJsonObject(payload)) {
    const details = { httpStatus: answer.status };
    return {
      phase: 'unreadable',
      error: new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent a task that could not be read.', details),
    };
  }
  return {
    phase: 'found',
    reading: { sourceTaskId, fingerprint: computeFingerprint(payload), translate: () => translateCatalogTask(sourceName, read, payload) },
  };
}

/** 303: the task is completed, and `Location` names its install. The body is an install, whose inputs may hold secrets: it is not read. */
function parseCompletion(answer: UpstreamResponse, { sourceName, url, sourceTaskId, known }: CatalogTaskRequest): UntranslatedTask {
  const location = answer.header('location');
  const installId = location === null ? null : parseInstallId(location, url);
  const invalidFields = location !== null && installId === null ? ['Location'] : [];
  const completion = { sourceTaskId, installId, invalidFields };
  return {
    sourceTaskId,
    fingerprint: computeFingerprint(completion),
    translate: () => translateCompletedTask(sourceName, completion, known),
  };
}

/** A task in the shared words. Pure; `payload` is the same task as the catalog sent it. */
export function translateCatalogTask(
  sourceName: string,
  { item, invalidFields }: ParsedItem<CatalogWireTask>,
  payload: JsonObject,
): TranslatedTask<CatalogTask> {
  const sourceStatus = item.status ?? null;
  const planeWarnings = (item.warnings ?? []).map(toCatalogWarning);
  const status = toCatalogTaskStatus(sourceStatus, planeWarnings.length > 0);
  const life = deriveCompletion(status);
  const failures = toFailures(item, status);
  const updatedAt = item.updated_at ?? null;
  const names = {
    installId: item.install_id ?? null,
    packageId: item.package_id ?? null,
    packageSlug: item.package_slug ?? null,
  };
  return {
    __typename: 'CatalogTask',
    id: formatTaskId(sourceName, item.id),
    sourceName,
    sourceTaskId: item.id,
    name: composeTaskName(item),
    description: null,
    operation: item.operation ?? null,
    status,
    sourceStatus,
    ...life,
    createdAt: item.created_at ?? null,
    updatedAt,
    startedAt: null,
    finishedAt: life.isFinished ? updatedAt : null,
    progress: null,
    failures,
    rootCause: findRootCause(failures),
    resources: toCatalogResources(sourceName, names),
    warnings: [
      ...planeWarnings,
      ...(status === 'UNKNOWN' ? [unmappedStatusWarning(sourceStatus)] : []),
      ...malformedDataWarnings(invalidFields),
    ],
    ...names,
    packageVersion: item.package_version ?? null,
    links: (item.links ?? []).map(translateLink),
    parentTaskId: null,
    parts: [],
    position: null,
    payload,
  };
}

/** The name of a task of which nothing is known that people could read. */
export function defaultTaskName(sourceTaskId: string): string {
  return `Catalog task ${sourceTaskId}`;
}

function composeTaskName(item: CatalogWireTask): string {
  const subject = item.package_slug ?? item.package_id ?? item.install_id ?? null;
  if (subject === null) return defaultTaskName(item.id);
  if (item.operation === 'delete') return `Uninstall ${subject}`;
  if (item.operation !== 'create') return defaultTaskName(item.id);
  return item.package_version == null ? `Install ${subject}` : `Install ${subject} v${item.package_version}`;
}

function toFailures(item: CatalogWireTask, status: TaskStatus): readonly TaskFailure[] {
  if (!isFailedStatus(status) || item.error_message == null) return [];
  const { error_message: message } = item;
  return [{ code: null, message, remediation: null, remediationUrl: null, referenceToken: null, subtaskPath: [], causes: [] }];
}

/** Properties are free in form, so a secret in them is taken out as in `raw`. */
function translateLink({ href, rel, type, titles, properties }: CatalogWireLink): CatalogLink {
  return { href, rel, type: type ?? null, titles: titles ?? null, properties: properties == null ? null : redact(properties) };
}

/** A redirect to the install: all that the catalog says of a task that is completed. */
export interface Completion {
  readonly sourceTaskId: string;
  /** Null where `Location` named none. */
  readonly installId: string | null;
  /** Headers that were sent and could not be read. */
  readonly invalidFields: readonly string[];
}

/** A completed task: what was last seen of it, completed; of one that was never seen, no more than its id and its install. Pure. */
export function translateCompletedTask(sourceName: string, completion: Completion, known: Task | undefined): TranslatedTask<CatalogTask> {
  const { sourceTaskId, invalidFields } = completion;
  const seen = known !== undefined && isCatalogTask(known) ? known : null;
  // What a body said after the end stands. What one said before it is no word on the end.
  const end = seen?.isSuccessful === true ? seen : null;
  const planeWarnings = (seen?.warnings ?? []).filter((warning) => !isGatewayWarning(warning));
  const status = planeWarnings.length > 0 ? 'SUCCEEDED_WITH_WARNINGS' : 'SUCCEEDED';
  const names = {
    installId: completion.installId ?? seen?.installId ?? null,
    packageId: seen?.packageId ?? null,
    packageSlug: seen?.packageSlug ?? null,
  };
  return {
    __typename: 'CatalogTask',
    id: formatTaskId(sourceName, sourceTaskId),
    sourceName,
    sourceTaskId,
    name: seen?.name ?? defaultTaskName(sourceTaskId),
    description: null,
    operation: seen?.operation ?? null,
    status,
    sourceStatus: end?.sourceStatus ?? null,
    ...deriveCompletion(status),
    createdAt: seen?.createdAt ?? null,
    updatedAt: seen?.updatedAt ?? null,
    startedAt: null,
    finishedAt: end?.finishedAt ?? null,
    progress: null,
    failures: [],
    rootCause: null,
    resources: toCatalogResources(sourceName, names),
    warnings: [...planeWarnings, ...malformedDataWarnings([...new Set([...listInvalidFields(seen?.warnings ?? []), ...invalidFields])])],
    ...names,
    packageVersion: seen?.packageVersion ?? null,
    links: seen?.links ?? [],
    parentTaskId: null,
    parts: [],
    position: null,
    payload: seen?.payload ?? null,
  };
}

/** Fields that could not be read stay unread; that a status was not mapped, or data was stale, is over. */
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

/** The shared word for a status of the catalog; UNKNOWN for one that its documents do not name. */
export function toCatalogTaskStatus(sourceStatus: string | null, hasWarnings: boolean): TaskStatus {
  if (sourceStatus === null || !isCatalogStatus(sourceStatus)) return 'UNKNOWN';
  return sourceStatus === 'completed' && hasWarnings ? 'SUCCEEDED_WITH_WARNINGS' : statusByCatalogStatus[sourceStatus];
}

function isCatalogStatus(text: string): text is CatalogStatus {
  return Object.hasOwn(statusByCatalogStatus, text);
}

/** What a catalog task works on: its install, and the package of that install. */
export function toCatalogResources(
  sourceName: string,
  task: Pick<CatalogTask, 'installId' | 'packageId' | 'packageSlug'>,
): readonly TaskResource[] {
  return [
    toResource(sourceName, 'install', task.installId, null),
    toResource(sourceName, 'package', task.packageId, task.packageSlug),
  ].flat();
}

function toResource(sourceName: string, type: string, sourceResourceId: string | null, name: string | null): readonly TaskResource[] {
  if (sourceResourceId === null) return [];
  const id = formatResourceId(sourceName, sourceResourceId);
  return [{ __typename: 'TaskResource', id, sourceResourceId, type, name, fqdn: null, uri: null, sourceName }];
}

/** A warning looks like an error, with a code and a status, and is none: it says for example that adopted entities are kept. */
export function toCatalogWarning(warning: CatalogWireWarning): CatalogWarning {
  const code = warning.code ?? null;
  return {
    __typename: 'CatalogWarning',
    code,
    message: warning.message ?? code ?? 'The catalog warns and does not say of what.',
    path: warning.path ?? null,
    httpStatus: warning.status ?? null,
    requestId: warning.request_id ?? null,
    timestamp: warning.timestamp ?? null,
    details: (warning.details ?? []).map(({ code: detailCode, field, message }) => ({ code: detailCode, field, message })),
  };
}
