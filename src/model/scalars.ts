import { GraphQLError, GraphQLScalarType, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSONObject } from 'graphql-scalars';

const iso = GraphQLDateTimeISO.toConfig();

/** Inside the gateway an instant is a number: milliseconds since 1970. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description:
    'An instant as an ISO 8601 string, in UTC and with milliseconds, for example 2026-11-21T08:00:00.000Z. Input may have any time zone offset.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => new Date(value as number).toISOString(),
  parseValue: (value) => parseDateTime(() => iso.parseValue?.(value)),
  parseLiteral: (node) => parseDateTime(() => iso.parseLiteral?.(node), node),
});

/** `node`: the literal, for a value that is written in the document. */
function parseDateTime(parse: () => unknown, node?: ValueNode): number {
  try {
    const parsed = parse();
    if (parsed instanceof Date) return parsed.getTime();
  } catch {
    // The message of the library repeats the value, so the one below replaces it.
  }
  throw new GraphQLError('A DateTime is an ISO-8601 instant with a time zone, such as 2026-11-21T08:00:00.000Z.', {
    nodes: node ?? null,
  });
}

/** Serialized as it is, because sources produce URLs with `parseWebUrl` alone. */
export const Url = new GraphQLScalarType<string, string>({
  name: 'URL',
  description:
    'An absolute URL that begins with http:// or https:// and contains no credentials. Where a control plane sends anything else, the field is null and the task has a MalformedDataWarning.',
  serialize: (value) => value as string,
  parseValue: (value) => {
    const url = typeof value === 'string' ? parseWebUrl(value) : null;
    if (url === null) throw new GraphQLError('A URL is absolute and begins with http:// or https://.');
    return url;
  },
});

/** Returns an absolute http or https URL without credentials unchanged, and null for any other text. */
export function parseWebUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? text : null;
}

/** A parsed JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

export const JsonObjectScalar = new GraphQLScalarType({
  ...GraphQLJSONObject.toConfig(),
  name: 'JSONObject',
  description: 'Any JSON object, with keys and values that this schema does not define.',
  specifiedByURL: null,
});

/** Whether a parsed JSON value is an object: neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The year 2000: a plane that sends an earlier time has confused seconds with milliseconds, or does not know the time.
 */
const earliestTrusted = Date.UTC(2000, 0, 1);

/**
 * Parses the times that planes send: ISO 8601 with any number of fraction digits after `.` or `,` (Astra), and with `Z`
 * or an offset. Null for anything else.
 */
export function parseInstant(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/i.exec(text.trim());
  if (match === null) return null;
  const [, upToSeconds, fraction = '', zone = 'Z'] = match;
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const instant = Date.parse(`${upToSeconds}${fraction === '' ? '' : `.${fraction.slice(0, 3)}`}${offset}`);
  return Number.isNaN(instant) ? null : instant;
}

/** Whether a plane can have meant this time, in milliseconds since 1970. */
export function isTrustedInstant(instant: number): boolean {
  return instant >= earliestTrusted;
}

/** Milliseconds between two instants; null when one is missing or before 2000, or the end is before the start. */
export function computeDuration(start: number | null, end: number | null): number | null {
  if (start === null || end === null || !isTrustedInstant(start) || end < start) return null;
  return end - start;
}
