import { resourceIdOf } from '../../../task/model/id.js';
import type { TaskResource } from '../../../task/model/resource.js';
import { given, type WireResource } from '../wire.js';

/** Translates what a task or subtask works on. */
export function resourcesOf(sourceName: string, resources: readonly WireResource[] | null | undefined): readonly TaskResource[] {
  return (resources ?? []).map((resource) => ({
    __typename: 'TaskResource',
    id: resourceIdOf(sourceName, resource.resourceId),
    sourceResourceId: resource.resourceId,
    type: given(resource.type),
    name: given(resource.name),
    fqdn: given(resource.fqdn),
    uri: null,
    sourceName,
  }));
}
