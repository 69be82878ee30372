import { isGatewayWarning, malformedData } from '../../task/model/gateway-warnings.js';
import { taskIdOf } from '../../task/model/id.js';
import type { MalformedDataWarning } from '../../task/model/malformed-data-warning.js';
import { lifeOf } from '../../task/model/status.js';
import type { Task } from '../../task/model/task.js';
import type { Translated } from '../../task/model/translated.js';
import type { TaskWarning } from '../../task/model/warning.js';
import { plainNameOf } from './task.js';
import { resourcesOf } from './resources.js';
import type { CatalogTask } from './types/task.js';

/** A redirect to the install: all that the catalog says of a task that is completed. */
export interface Completion {
  readonly sourceTaskId: string;
  /** Null where `Location` named none. */
  readonly installId: string | null;
  /** Headers that were sent and could not be read. */
  readonly oddFields: readonly string[];
}

/** A completed task: what was last seen of it, completed; of one that was never seen, no more than its id and its install. Pure. */
export function translateCompleted(sourceName: string, completion: Completion, known: Task | undefined): Translated<CatalogTask> {
  const { sourceTaskId, oddFields } = completion;
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
    id: taskIdOf(sourceName, sourceTaskId),
    sourceName,
    sourceTaskId,
    name: seen?.name ?? plainNameOf(sourceTaskId),
    description: null,
    operation: seen?.operation ?? null,
    status,
    sourceStatus: end?.sourceStatus ?? null,
    ...lifeOf(status),
    createdAt: seen?.createdAt ?? null,
    updatedAt: seen?.updatedAt ?? null,
    startedAt: null,
    finishedAt: end?.finishedAt ?? null,
    progress: null,
    failures: [],
    rootCause: null,
    resources: resourcesOf(sourceName, names),
    warnings: [...planeWarnings, ...malformedData([...new Set([...oddFieldsOf(seen?.warnings ?? []), ...oddFields])])],
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
function oddFieldsOf(warnings: readonly TaskWarning[]): readonly string[] {
  return warnings.filter(isMalformedDataWarning).flatMap((warning) => warning.fields);
}

function isCatalogTask(task: Task): task is CatalogTask {
  return task.__typename === 'CatalogTask';
}

function isMalformedDataWarning(warning: TaskWarning): warning is MalformedDataWarning {
  return warning.__typename === 'MalformedDataWarning';
}
