import { randomUUID } from 'node:crypto';

import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, isEnumType, Kind, print } from 'graphql';

import { type ErrorCode, TributaryError } from '../model/errors.js';
import { defaultRetryAfterMs } from '../model/source-problem.js';

/** Codes of errors that Apollo Server and its plugins report, and the codes that clients see. Every other error is masked. */
const clientErrorCodes: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'OPERATION_RESOLUTION_FAILURE',
  PERSISTED_QUERY_NOT_FOUND: 'PERSISTED_QUERY_NOT_FOUND',
  PERSISTED_QUERY_NOT_SUPPORTED: 'PERSISTED_QUERY_NOT_SUPPORTED',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  LIMIT_EXCEEDED: 'LIMIT_EXCEEDED',
};

/** Codes of errors that may be over after a while. */
const unavailableCodes: ReadonlySet<ErrorCode> = new Set(['SOURCE_UNAVAILABLE', 'STORE_UNAVAILABLE']);

interface ErrorFormatterOptions {
  /** The schema, for clients that may see it; null for others. */
  readonly visibleSchema: GraphQLSchema | null;
  readonly report: ErrorReport;
}

/** Receives the errors that clients do not see, for the log. */
export type ErrorReport = (error: unknown, errorId: string) => void;

/** Turns an error into what a client sees. */
export type ErrorFormatter = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Locations of one error: a conflict has one for each selection of its field, and a document may have hundreds. */
const maxLocations = 5;

/** Formats errors by an allow-list. A masked error is reported once, under an id that the client sees too. */
export function createErrorFormatter({ visibleSchema, report }: ErrorFormatterOptions): ErrorFormatter {
  return (formatted, error) => {
    const { locations, path } = formatted;
    const position = { ...(locations && { locations: locations.slice(0, maxLocations) }), ...(path && { path }) };
    const original = unwrapResolverError(error);
    if (original instanceof TributaryError) {
      const { code } = original;
      const retryAfterMs = original.retryAfterMs ?? (unavailableCodes.has(code) ? defaultRetryAfterMs : null);
      return { message: original.message, ...position, extensions: { code, ...(retryAfterMs !== null && { retryAfterMs }) } };
    }
    const code = clientErrorCodes[String(formatted.extensions?.['code'])];
    // Only errors that no resolver threw: these are about the request itself.
    if (code !== undefined && original === error) {
      const message =
        visibleSchema === null
          ? describeRequestErrorWithoutSchema(error, formatted.message)
          : describeRequestError(error, formatted.message, visibleSchema);
      return { message, ...position, extensions: { code } };
    }
    const errorId = randomUUID();
    report(original, errorId);
    return { message: 'Internal error.', ...position, extensions: { code: 'INTERNAL_SERVER_ERROR', errorId } };
  };
}

/** Characters of a message: it may quote a name that is as long as the document. */
const maxMessageLength = 500;

/**
 * Describes a mistake in a document or its variables: what is wrong and where, and no value but one that could be meant for
 * an enum.
 */
function describeRequestError(error: unknown, message: string, schema: GraphQLSchema | null): string {
  const described =
    error instanceof GraphQLError ? (describeVariableError(error, schema) ?? describeValueError(error, schema) ?? message) : message;
  return described.length > maxMessageLength ? `${described.slice(0, maxMessageLength)}…` : described;
}

/** How the messages of Apollo Server and graphql-js begin; that of Apollo goes on with how to change its settings. */
const introspectionRefused = /^GraphQL introspection (is not allowed|has been disabled)/;

/** The same for callers who may not see the schema: a message quotes only words of their own document. */
function describeRequestErrorWithoutSchema(error: unknown, message: string): string {
  if (introspectionRefused.test(message)) return 'The schema is not shown here: introspection is off.';
  const document = (error instanceof GraphQLError ? error.source?.body : undefined) ?? '';
  const words = new Set(document.match(/\w+/g));
  return describeRequestError(error, message, null).replace(/"([^"]*)"/g, (quoted, text: string) =>
    (text.match(/\w+/g) ?? []).every((word) => words.has(word)) ? quoted : '"…"',
  );
}

/** graphql-js quotes the whole value of a variable that does not fit; this names the position and the expected type instead. */
function describeVariableError(error: GraphQLError, schema: GraphQLSchema | null): string | null {
  const node = error.nodes?.[0];
  if (node?.kind !== Kind.VARIABLE_DEFINITION || !error.message.includes(' got invalid value ')) return null;
  const cause = error.originalError?.message ?? '';
  const field = / at "([\w.[\]]+)"$/.exec(error.message.slice(0, -`; ${cause}`.length))?.[1];
  const missing = /^Field "\w+" of required type "[^"]+" was not provided\.$/.test(cause) ? ` ${cause}` : '';
  return `Variable "$${node.variable.name.value}" does not fit its type ${print(node.type)}${field === undefined ? '' : `, at ${field}`}.${missing}${describeEnumError(cause, schema)}`;
}

/** graphql-js also quotes values of the document that it cannot read or that do not fit. */
function describeValueError({ message, nodes }: GraphQLError, schema: GraphQLSchema | null): string | null {
  if (message.startsWith('Syntax Error: ')) return message.replace(/\b(String|BlockString|Int|Float) "[^]*"/, '$1');
  if (nodes?.[0] === undefined || !valueKinds.has(nodes[0].kind)) return null;
  const type = typeInMessages.map((pattern) => pattern.exec(message)?.[1]).find((name) => name !== undefined);
  return type === undefined ? null : `The value does not fit the type "${type}".${describeEnumError(message, schema)}`;
}

/** What graphql-js says of a text in place of a value of an enum: as a name, or in quotation marks. */
const enumMessages: readonly RegExp[] = [
  // The value is not escaped in it, so it may contain any character.
  /^Value "(?<value>.*)" does not exist in "(?<type>\w+)" enum\./s,
  /^Enum "(?<type>\w+)" cannot represent non-enum value: "(?<value>.*)"\./s,
  /^Enum "(?<type>\w+)" cannot represent /,
];

/**
 * Names the values of the enum, and the one that was sent where it could be meant as one: no text that is long, or has
 * characters with a meaning elsewhere, is repeated. Begins with a space; empty for another error.
 */
function describeEnumError(message: string, schema: GraphQLSchema | null): string {
  const { type = '', value = '' } =
    enumMessages.map((pattern) => pattern.exec(message)?.groups).find((groups) => groups !== undefined) ?? {};
  const enumType = schema?.getType(type);
  if (!isEnumType(enumType)) return '';
  const names = enumType.getValues().map(({ name }) => name);
  // In a document, an enum value is written without quotation marks.
  if (names.includes(value)) return ` Write ${value} without quotation marks.`;
  const sent = /^[\w .-]{1,40}$/.test(value) ? `"${value}" is none of its values. ` : '';
  return ` ${sent}Its values are ${names.join(', ')}.`;
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

/** The messages of graphql-js that name the expected type. */
const typeInMessages: readonly RegExp[] = [
  /^Expected value of type "([^"]+)"/,
  /^(Int|Float|String|Boolean|ID) cannot represent /,
  /^Enum "([^"]+)" cannot represent /,
  /^Value "[^"]*" does not exist in "([^"]+)" enum\./,
];

/** Errors of a request that is not executed: a client needs one, and a document may have hundreds. */
const maxErrors = 5;

export function firstErrors<T>(errors: readonly T[]): readonly T[] {
  return errors.length > maxErrors ? errors.slice(0, maxErrors) : errors;
}

/**
 * One error for an outage of the store, which is the same for every field of every task: the first one, with the names of
 * all fields that are null because of it.
 */
export function mergeStoreErrors(errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[] {
  const ofStore = errors.filter(isStoreError);
  const [first] = ofStore;
  if (first === undefined) return errors;
  const fields = [...new Set(ofStore.flatMap(({ path = [] }) => path.filter((step) => typeof step === 'string').slice(-1)))].toSorted();
  const merged = { ...first, extensions: { ...first.extensions, fields } };
  return errors.flatMap((error) => (error === first ? [merged] : isStoreError(error) ? [] : [error]));
}

function isStoreError({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.['code'] === ('STORE_UNAVAILABLE' satisfies ErrorCode);
}
