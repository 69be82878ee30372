import { randomUUID } from 'node:crypto';

import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, Kind, print } from 'graphql';

import { type ErrorCode, TributaryError } from '../model/errors.js';
import { defaultRetryAfterMs } from '../model/source-problem.js';

/** Codes that Apollo and our plugins give, and what a client sees of them. Every other error is masked. */
const clientErrorCodes: Readonly<Record<string, ErrorCode>> = {
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
  const messageOf = introspection ? describeRequestError : describeRequestErrorWithoutSchema;
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { locations, path } = formatted;
    const place = { ...(locations && { locations: locations.slice(0, mostLocations) }), ...(path && { path }) };
    const original = unwrapResolverError(error);
    if (original instanceof TributaryError) {
      const { code } = original;
      const retryAfterMs = original.retryAfterMs ?? (code === 'SOURCE_UNAVAILABLE' ? defaultRetryAfterMs : null);
      return { message: original.message, ...place, extensions: { code, ...(retryAfterMs !== null && { retryAfterMs }) } };
    }
    const code = clientErrorCodes[String(formatted.extensions?.['code'])];
    // Only errors that no resolver threw: what those say is about the request itself.
    if (code !== undefined && original === error) return { message: messageOf(error, formatted.message), ...place, extensions: { code } };
    const errorId = randomUUID();
    report(original, errorId);
    return { message: 'Internal error.', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', errorId } };
  };
}

/** Characters of a message: names in a document may be as long as it is. */
const maxMessageLength = 500;

/** What a client is told of a mistake in its document or its variables: what and where, never a value. */
export function describeRequestError(error: unknown, message: string): string {
  const told = error instanceof GraphQLError ? (variableMessage(error) ?? valueMessage(error) ?? message) : message;
  return told.length > maxMessageLength ? `${told.slice(0, maxMessageLength)}…` : told;
}

/** How Apollo and graphql-js begin to say it; Apollo goes on with how to change its settings. */
const noIntrospection = /^GraphQL introspection (is not allowed|has been disabled)/;

/** The same for those who may not see the schema: of what is quoted, only words that they wrote themselves. */
export function describeRequestErrorWithoutSchema(error: unknown, message: string): string {
  if (noIntrospection.test(message)) return 'The schema is not shown here: introspection is off.';
  const document = (error instanceof GraphQLError ? error.source?.body : undefined) ?? '';
  const words = new Set(document.match(/\w+/g));
  return describeRequestError(error, message).replace(/"([^"]*)"/g, (quoted, text: string) =>
    (text.match(/\w+/g) ?? []).every((word) => words.has(word)) ? quoted : '"…"',
  );
}

/** graphql-js repeats the whole value of a variable that does not fit; this says where it does not, and what was expected. */
function variableMessage(error: GraphQLError): string | null {
  const node = error.nodes?.[0];
  if (node?.kind !== Kind.VARIABLE_DEFINITION || !error.message.includes(' got invalid value ')) return null;
  const cause = error.originalError?.message ?? '';
  const field = / at "([\w.[\]]+)"$/.exec(error.message.slice(0, -`; ${cause}`.length))?.[1];
  const missing = /^Field "\w+" of required type "[^"]+" was not provided\.$/.test(cause) ? ` ${cause}` : '';
  return `Variable "$${node.variable.name.value}" does not fit its type ${print(node.type)}${field === undefined ? '' : `, at ${field}`}.${missing}`;
}

/** It repeats values in the document too, where it could not read them or they do not fit. */
function valueMessage({ message, nodes }: GraphQLError): string | null {
  if (message.startsWith('Syntax Error: ')) return message.replace(/\b(String|BlockString|Int|Float) "[^]*"/, '$1');
  if (nodes?.[0] === undefined || !valueKinds.has(nodes[0].kind)) return null;
  const type = typeInMessages.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  return type === undefined ? null : `The value does not fit the type "${type}".`;
}

const valueKinds: ReadonlySet<Kind> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
]);

/** Where graphql-js names the type that was expected. */
const typeInMessages: readonly RegExp[] = [
  /^Expected value of type "([^"]+)"/,
  /^(Int|Float|String|Boolean|ID) cannot represent /,
  /^Enum "([^"]+)" cannot represent /,
  /^Value "[^"]*" does not exist in "([^"]+)" enum\./,
];

/** How many errors a request that is not executed is answered with: a client needs one, and a document may have hundreds. */
const maxErrors = 5;

export function firstErrors<T>(errors: readonly T[]): readonly T[] {
  return errors.length > maxErrors ? errors.slice(0, maxErrors) : errors;
}
