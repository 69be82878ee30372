import { Kind, OperationTypeNode, parse } from 'graphql';

/** An operation that the address of the explorer names: `/explorer?query=…&variables=…&operationName=…`. */
export interface LinkedOperation {
  readonly query: string;
  /** JSON; null where the link has none. */
  readonly variables: string | null;
  readonly operationName: string | null;
}

/** The longest query string of a link, in characters as they stand in the address. The server accepts request lines of 16 kB. */
const maxLinkLength = 12_000;

/** The operation of a link; null when there is none, `too-long` when the address is over its bound. */
export function readLink(search: string): LinkedOperation | 'too-long' | null {
  const parameters = new URLSearchParams(search);
  const query = parameters.get('query');
  if (query === null || query.trim() === '') return null;
  if (search.length > maxLinkLength) return 'too-long';
  return { query, variables: parameters.get('variables'), operationName: parameters.get('operationName') };
}

/**
 * Whether the variables of a document may be put into links and storage. Those of a mutation may hold passwords. What cannot be parsed may
 * become a mutation.
 */
export function mayKeepVariables(query: string): boolean {
  try {
    return parse(query).definitions.every(
      (definition) => definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.MUTATION,
    );
  } catch {
    return false;
  }
}

/**
 * The address of the explorer with this operation; null when it would be over the bound. `page` is the address without a query. The
 * variables of a mutation are left out.
 */
export function formatLink(page: string, { query, variables, operationName }: LinkedOperation): string | null {
  const parameters = new URLSearchParams({
    query,
    ...(variables !== null && variables.trim() !== '' && mayKeepVariables(query) && { variables }),
    ...(operationName !== null && { operationName }),
  });
  const search = `?${parameters.toString()}`;
  return search.length > maxLinkLength ? null : `${page}${search}`;
}
