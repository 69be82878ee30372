import { randomUUID } from 'node:crypto';

import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, Kind, print } from 'graphql';

import { usualRetryAfterMs } from '../task/source/retry-after.js';
import { type ErrorCode, TributaryError } from '../task/error/tributary-error.js';

/** Codes that Apollo and our plugins give, and what a client sees of them. Every other error is masked. */
const codes: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'OPERATION_RESOLUTION_FAILURE',
  PERSISTED_QUERY_NOT_FOUND: 'PERSISTED_QUERY_NOT_FOUND',
  PERSISTED_QUERY_NOT_SUPPORTED: 'PERSISTED_QUERY_NOT_FOUND',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  LIMIT_EXCEEDED: 'LIMIT_EXCEEDED',
};

/** Turns every error into what a client sees: an allow-list. What is masked is reported once, under an id that the client sees too. */
export function createErrorFormatter(report: (error: unknown, errorId: string) => void) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { locations, path } = formatted;
    const place = { ...(locations && { locations }), ...(path && { path }) };
    const original = unwrapResolverError(error);
    if (original instanceof TributaryError) {
      const { code } = original;
      const retryAfterMs = original.retryAfterMs ?? (code === 'SOURCE_UNAVAILABLE' ? usualRetryAfterMs : null);
      return { message: original.message, ...place, extensions: { code, ...(retryAfterMs !== null && { retryAfterMs }) } };
    }
    const code = codes[String(formatted.extensions?.['code'])];
    // Only errors that no resolver threw: what those say is about the request itself.
    if (code !== undefined && original === error)
      return { message: variableMessage(error) ?? formatted.message, ...place, extensions: { code } };
    const errorId = randomUUID();
    report(original, errorId);
    return { message: 'Internal error.', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', errorId } };
  };
}

/** graphql-js repeats the whole value of a variable that does not fit; this says where it does not, and what was expected. */
function variableMessage(error: unknown): string | null {
  const node = error instanceof GraphQLError ? error.nodes?.[0] : undefined;
  if (!(error instanceof GraphQLError) || node?.kind !== Kind.VARIABLE_DEFINITION || !error.message.includes(' got invalid value '))
    return null;
  const cause = error.originalError?.message ?? '';
  const field = / at "([\w.[\]]+)"$/.exec(error.message.slice(0, -`; ${cause}`.length))?.[1];
  const missing = /^Field "\w+" of required type "[^"]+" was not provided\.$/.test(cause) ? ` ${cause}` : '';
  return `Variable "$${node.variable.name.value}" does not fit its type ${print(node.type)}${field === undefined ? '' : `, at ${field}`}.${missing}`;
}
