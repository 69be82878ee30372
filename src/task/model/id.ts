/** A task of a source, or a resource that its tasks name. */
export interface LocalId {
  readonly sourceName: string;
  readonly localId: string;
}

/** "source name:id at the plane". */
export function taskIdOf(sourceName: string, sourceTaskId: string): string {
  return `${sourceName}:${sourceTaskId}`;
}

/** "resource:source name:id at the plane". */
export function resourceIdOf(sourceName: string, sourceResourceId: string): string {
  return `resource:${sourceName}:${sourceResourceId}`;
}

/** "source:name". */
export function sourceIdOf(sourceName: string): string {
  return `source:${sourceName}`;
}

/** What a global id speaks of; null when it is none of ours. It never throws. */
export type GlobalId =
  { readonly of: 'source'; readonly sourceName: string } | ({ readonly of: 'resource' } & LocalId) | ({ readonly of: 'task' } & LocalId);

export function parseId(id: string): GlobalId | null {
  const [prefix, rest] = splitOnce(id);
  if (rest === null) return null;
  if (prefix === 'source') return { of: 'source', sourceName: rest };
  if (prefix !== 'resource') return { of: 'task', sourceName: prefix, localId: rest };
  const [sourceName, localId] = splitOnce(rest);
  return localId === null ? null : { of: 'resource', sourceName, localId };
}

function splitOnce(text: string): [string, string | null] {
  const colon = text.indexOf(':');
  return colon < 1 || colon === text.length - 1 ? [text, null] : [text.slice(0, colon), text.slice(colon + 1)];
}
