import { resourceIdOf } from '../../task/model/id.js';
import type { TaskResource } from '../../task/model/resource.js';
import type { WireTask } from './wire.js';

/**
 * The resource that a task works on. Its type is the name of its collection, such as `appBackups`: the last but one
 * segment of its URI, which is relative to the plane. Where the plane leaves out the id, it is the last segment.
 */
export function resourcesOf(sourceName: string, task: WireTask): readonly TaskResource[] {
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
      id: resourceIdOf(sourceName, sourceResourceId),
      sourceName,
      sourceResourceId,
      type: segments.at(-2) ?? null,
      name: null,
      fqdn: null,
      uri,
    },
  ];
}
