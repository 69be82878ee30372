import { Field, ID, InterfaceType } from 'type-graphql';

/** What a global id identifies. */
type GlobalId =
  | { readonly kind: 'source'; readonly sourceName: string }
  | { readonly kind: 'resource'; readonly sourceName: string; readonly sourceResourceId: string }
  | { readonly kind: 'task'; readonly sourceName: string; readonly sourceTaskId: string };

/** Null for a text that is no global id. It never throws. */
export function parseGlobalId(id: string): GlobalId | null {
  const [prefix, rest] = splitOnce(id);
  if (rest === null) return null;
  if (prefix === 'source') return { kind: 'source', sourceName: rest };
  if (prefix !== 'resource') return { kind: 'task', sourceName: prefix, sourceTaskId: rest };
  const [sourceName, sourceResourceId] = splitOnce(rest);
  return sourceResourceId === null ? null : { kind: 'resource', sourceName, sourceResourceId };
}

/** What ids begin with. It is built once for many ids in turn, which then share it in memory. */
const prefixes = {
  task: rememberLast((sourceName) => `${sourceName}:`),
  resource: rememberLast((sourceName) => `resource:${sourceName}:`),
};

function rememberLast(build: (sourceName: string) => string): (sourceName: string) => string {
  let last: { readonly sourceName: string; readonly prefix: string } | null = null;
  return (sourceName) => {
    if (last?.sourceName !== sourceName) last = { sourceName, prefix: build(sourceName) };
    return last.prefix;
  };
}

/** "source name:id on the plane". */
export function formatTaskId(sourceName: string, sourceTaskId: string): string {
  return prefixes.task(sourceName) + sourceTaskId;
}

/** "resource:source name:id on the plane". */
export function formatResourceId(sourceName: string, sourceResourceId: string): string {
  return prefixes.resource(sourceName) + sourceResourceId;
}

/** "source:name". */
export function formatSourceId(sourceName: string): string {
  return `source:${sourceName}`;
}

/** Splits at the first colon; ids on a plane may contain more. */
function splitOnce(text: string): [string, string | null] {
  const colon = text.indexOf(':');
  return colon < 1 || colon === text.length - 1 ? [text, null] : [text.slice(0, colon), text.slice(colon + 1)];
}

@InterfaceType({
  description:
    'An object that can be fetched by its id, as the Relay specification defines it. Ids are opaque and need encodeURIComponent in URLs; renaming a source changes its id and those of its tasks and resources.',
})
export abstract class Node {
  @Field(() => ID, { description: 'Globally unique id of the object; it stays the same unless its source is renamed.' })
  id!: string;
}
