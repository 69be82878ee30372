import { encodeCursor } from './cursor.js';
import type { Ordering } from '../order/ordering.js';
import type { PageInfo } from './page-info.js';

/** A page of a list, in the shape of a connection (Relay). */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
}

/** A page of these items, each with its cursor. */
export function pageWith<T>(
  nodes: readonly T[],
  { field, direction, keyOf, idOf }: Ordering<T>,
  ends: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
): Page<T> {
  const edges = nodes.map((node) => ({ cursor: encodeCursor({ field, direction, key: keyOf(node), id: idOf(node) }), node }));
  return { edges, nodes, pageInfo: { ...ends, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
}
