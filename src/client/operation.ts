import type { DocumentNode } from 'graphql';

import { printDocument } from './print-document.js';

/** What carries the types of an operation: TypedDocumentNode, gql.tada's TadaDocumentNode, codegen's TypedDocumentString. */
interface Typed<Data, Variables> {
  __apiType?: (variables: Variables) => Data;
}

/** An operation: its text, or a document, whose types are those of the data and of the variables. */
export type Operation<Data, Variables> = string | ((DocumentNode | InstanceType<typeof String>) & Typed<Data, Variables>);

/** May be left out where every variable may be. */
export type VariablesArgument<Variables, Options> =
  Record<string, never> extends Variables ? [variables?: Variables, options?: Options] : [variables: Variables, options?: Options];

/** An operation as it is sent. */
export interface SentOperation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

export function sentOperation(
  operation: string | DocumentNode | InstanceType<typeof String>,
  variables: object | undefined,
): SentOperation {
  const query = typeof operation === 'object' && 'definitions' in operation ? printDocument(operation) : String(operation);
  return { query, ...(variables !== undefined && { variables: { ...variables } }) };
}
