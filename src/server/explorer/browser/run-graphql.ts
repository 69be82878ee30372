import { type DocumentNode, getOperationAST, OperationTypeNode } from 'graphql';

import { fetchGraphQL } from './fetch-graphql.js';
import { subscribeGraphQL } from './subscribe-graphql.js';

/** What the explorer runs an operation with: one answer, or a stream of them. */
export async function runGraphQL(
  parameters: { query: string; variables?: unknown; operationName?: string | null },
  options: { headers?: Readonly<Record<string, string>>; documentAST?: DocumentNode | null } = {},
): Promise<unknown> {
  const { headers = {}, documentAST } = options;
  const operation = documentAST == null ? null : getOperationAST(documentAST, parameters.operationName);
  return operation?.operation === OperationTypeNode.SUBSCRIPTION
    ? subscribeGraphQL(parameters, headers)
    : fetchGraphQL(parameters, { headers });
}
