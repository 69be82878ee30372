import type { Operation } from '../../task/gateway.js';
import type { Node } from '../../task/model/node.js';

/**
 * `__resolveReference` of one entity type: the same as `node`, so that the same rights hold and reads are batched. Null when there
 * is nothing with this id, when it may not be read, and when it is of none of these types: an id does not change its type.
 */
export function createReferenceResolver(typeNames: ReadonlySet<string>) {
  return async ({ id }: { readonly id: string }, { tasks }: Operation): Promise<Node | null> => {
    const node = await tasks.node(id);
    return node !== null && '__typename' in node && typeNames.has(String(node.__typename)) ? node : null;
  };
}
