import { resourceIdOf } from '../../task/model/id.js';
import type { TaskResource } from '../../task/model/resource.js';
import type { CatalogTask } from './types/task.js';

/** What a catalog task works on: its install, and the package of that install. */
export function resourcesOf(
  sourceName: string,
  task: Pick<CatalogTask, 'installId' | 'packageId' | 'packageSlug'>,
): readonly TaskResource[] {
  return [resource(sourceName, 'install', task.installId, null), resource(sourceName, 'package', task.packageId, task.packageSlug)].flat();
}

function resource(sourceName: string, type: string, sourceResourceId: string | null, name: string | null): readonly TaskResource[] {
  if (sourceResourceId === null) return [];
  const id = resourceIdOf(sourceName, sourceResourceId);
  return [{ __typename: 'TaskResource', id, sourceResourceId, type, name, fqdn: null, uri: null, sourceName }];
}
