import { isJsonObject, type JsonObject } from '../../task/scalars/json-object.js';

/** Whether this could be an id of a task; SDDC Manager makes UUIDs, but does not promise them. */
export function isVcfTaskId(localId: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(localId);
}

/** An element of a list that can be a task, with its id; null when it cannot. */
export function identified(element: unknown): { readonly id: string; readonly wire: JsonObject } | null {
  if (!isJsonObject(element)) return null;
  const id = element['id'];
  return typeof id === 'string' && isVcfTaskId(id) ? { id, wire: element } : null;
}
