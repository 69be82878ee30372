import {
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';

import type { ErrorCode } from '../../task/error/tributary-error.js';
import { firstErrors } from '../limits/first-errors.js';
import type { LiveOptions } from './live-options.js';
import type { Viewer } from './viewer.js';

/** What a client sends, whatever the transport. */
export interface SubscriptionRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

export type Prepared =
  { readonly phase: 'ready'; readonly args: ExecutionArgs } | { readonly phase: 'refused'; readonly errors: readonly GraphQLError[] };

/** Parses and validates what the guards let through, and refuses what is no subscription. */
export function prepareSubscription(
  { query, variables, operationName }: SubscriptionRequest,
  viewer: Viewer,
  { schema, mayIntrospect, documents }: Pick<LiveOptions, 'schema' | 'mayIntrospect' | 'documents'>,
): Prepared {
  const introspection = mayIntrospect(viewer.session);
  const rulesName = introspection ? 'open' : 'closed';
  const known = documents.get(rulesName, query);
  let document: DocumentNode;
  try {
    document = known ?? parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return refused('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
  const operation = getOperationAST(document, operationName);
  if (operation == null) return refused('OPERATION_RESOLUTION_FAILURE', [new GraphQLError(noSuchOperation)]);
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return refused('BAD_USER_INPUT', [new GraphQLError(subscriptionsOnly)]);
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const errors = known === undefined ? validate(schema, document, rules, { hideSuggestions: !introspection }) : [];
  if (errors.length > 0) return refused('GRAPHQL_VALIDATION_FAILED', firstErrors(errors));
  documents.remember(rulesName, query, document);
  return {
    phase: 'ready',
    args: { schema, document, variableValues: variables, operationName, contextValue: viewer, hideSuggestions: !introspection },
  };
}

const noSuchOperation = 'operationName must name one operation of the document; it may be left out where there is only one.';
const subscriptionsOnly = 'Only subscriptions are served here: send queries and mutations to /graphql in an HTTP POST.';

function refused(code: ErrorCode, errors: readonly GraphQLError[]): Prepared {
  for (const error of errors) Object.assign(error.extensions, { code });
  return { phase: 'refused', errors };
}
