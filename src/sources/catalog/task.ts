import type { TaskFailure } from '../../task/model/failure.js';
import { malformedData, unmappedStatus } from '../../task/model/gateway-warnings.js';
import { taskIdOf } from '../../task/model/id.js';
import { redact } from '../../task/model/redact.js';
import { rootCauseOf } from '../../task/model/root-cause.js';
import { isFailure, lifeOf, type TaskStatus } from '../../task/model/status.js';
import type { Translated } from '../../task/model/translated.js';
import type { JsonObject } from '../../task/scalars/json-object.js';
import type { ReadItem } from '../../task/source/read-item.js';
import { statusOf } from './status.js';
import { resourcesOf } from './resources.js';
import type { CatalogLink } from './types/link.js';
import type { CatalogTask } from './types/task.js';
import { warningOf } from './warnings.js';
import type { WireLink, WireTask } from './wire.js';

/** A task in the shared words. Pure; `payload` is the same task as the catalog sent it. */
export function translateTask(sourceName: string, { item, oddFields }: ReadItem<WireTask>, payload: JsonObject): Translated<CatalogTask> {
  const sourceStatus = item.status ?? null;
  const planeWarnings = (item.warnings ?? []).map(warningOf);
  const status = statusOf(sourceStatus, planeWarnings.length > 0);
  const life = lifeOf(status);
  const failures = failuresOf(item, status);
  const updatedAt = item.updated_at ?? null;
  const names = {
    installId: item.install_id ?? null,
    packageId: item.package_id ?? null,
    packageSlug: item.package_slug ?? null,
  };
  return {
    __typename: 'CatalogTask',
    id: taskIdOf(sourceName, item.id),
    sourceName,
    sourceTaskId: item.id,
    name: nameOf(item),
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
    rootCause: rootCauseOf(failures),
    resources: resourcesOf(sourceName, names),
    warnings: [...planeWarnings, ...(status === 'UNKNOWN' ? [unmappedStatus(sourceStatus)] : []), ...malformedData(oddFields)],
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
export function plainNameOf(sourceTaskId: string): string {
  return `Catalog task ${sourceTaskId}`;
}

function nameOf(item: WireTask): string {
  const subject = item.package_slug ?? item.package_id ?? item.install_id ?? null;
  if (subject === null) return plainNameOf(item.id);
  if (item.operation === 'delete') return `Uninstall ${subject}`;
  if (item.operation !== 'create') return plainNameOf(item.id);
  return item.package_version == null ? `Install ${subject}` : `Install ${subject} v${item.package_version}`;
}

function failuresOf(item: WireTask, status: TaskStatus): readonly TaskFailure[] {
  if (!isFailure(status) || item.error_message == null) return [];
  const { error_message: message } = item;
  return [{ code: null, message, remediation: null, remediationUrl: null, referenceToken: null, subtaskPath: [], causes: [] }];
}

/** Properties are free in form, so a secret in them is taken out as in `raw`. */
function translateLink({ href, rel, type, titles, properties }: WireLink): CatalogLink {
  return { href, rel, type: type ?? null, titles: titles ?? null, properties: properties == null ? null : redact(properties) };
}
