import { randomUUID } from 'node:crypto';

import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';

import { usualRetryAfterMs } from '../task/source/retry-after.js';
import { type ErrorCode, TributaryError } from '../task/error/tributary-error.js';
import { clientMessage, closedMessage } from './client-message.js';

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

export interface ErrorFormatterOptions {
  /** Whether clients may see the schema. */
  readonly introspection: boolean;
  /** Errors that clients do not see, for the log. */
  readonly report: (error: unknown, errorId: string) => void;
}

/** Places of one error: a conflict has as many as its fields are written. */
const mostLocations = 5;

/** Turns every error into what a client sees: an allow-list. What is masked is reported once, under an id that the client sees too. */
export function createErrorFormatter({ introspection, report }: ErrorFormatterOptions) {
  const messageOf = introspection ? clientMessage : closedMessage;
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { locations, path } = formatted;
    const place = { ...(locations && { locations: locations.slice(0, mostLocations) }), ...(path && { path }) };
    const original = unwrapResolverError(error);
    if (original instanceof TributaryError) {
      const { code } = original;
      const retryAfterMs = original.retryAfterMs ?? (code === 'SOURCE_UNAVAILABLE' ? usualRetryAfterMs : null);
      return { message: original.message, ...place, extensions: { code, ...(retryAfterMs !== null && { retryAfterMs }) } };
    }
    const code = codes[String(formatted.extensions?.['code'])];
    // Only errors that no resolver threw: what those say is about the request itself.
    if (code !== undefined && original === error) return { message: messageOf(error, formatted.message), ...place, extensions: { code } };
    const errorId = randomUUID();
    report(original, errorId);
    return { message: 'Internal error.', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', errorId } };
  };
}
