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

/** What `URL` repairs silently: spaces, line breaks, backslashes, a missing slash; and what shows another URL than the one that is meant. */
const plainWebUrl = /^https?:\/\/[^\s\\\p{Cc}\p{Cf}\p{Cs}]+$/iu;

/** Returns an absolute http or https URL without credentials unchanged, and null for any other text. */
export function parseWebUrl(text: string): string | null {
  if (!plainWebUrl.test(text) || !URL.canParse(text)) return null;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? text : null;
}

/**
 * Returns a path at the server that sent it unchanged, and null for any other text: an absolute path without a host, a scheme, `.` and
 * `..` segments (also percent-encoded), backslashes, spaces and characters that nobody sees. It may have a query and a fragment.
 */
export function parsePath(text: string): string | null {
  if (!/^\/(?!\/)[^\s\\\p{Cc}\p{Cf}\p{Cs}]*$/u.test(text)) return null;
  const [path = ''] = text.split(/[?#]/, 1);
  const isEscaping = /%(?:2f|5c|[01][0-9a-f]|7f)/i.test(path) || /\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path);
  return isEscaping ? null : text;
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

/** Hours that a time zone is away from UTC at most, as in XML Schema and in every country. */
const maxOffsetHours = 14;

const instantPattern = /^((\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2}))$/i;

/** What a DateTime can show: four digits of the year, in UTC, from 1 to 9999. */
const [firstInstant, lastInstant] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/**
 * Parses the times that planes send: ISO 8601 with any number of fraction digits after `.` or `,` (Astra), and with `Z`
 * or an offset. Null for anything else, and for a time that does not exist: 30 February, 24:00, a leap second, an offset that no
 * time zone has.
 */
export function parseInstant(text: string): number | null {
  const match = instantPattern.exec(text.trim());
  if (match === null) return null;
  const [, upToSeconds, year, month, date, fraction = '', sign, hours = '00', minutes = '00'] = match;
  // Date.parse takes 30 February for 1 March.
  if (Number(date) > 28 && Number(date) > countDays(Number(year), Number(month))) return null;
  if (Number(hours) * 60 + Number(minutes) > maxOffsetHours * 60) return null;
  const offset = sign === undefined ? 'Z' : `${sign}${hours}:${minutes}`;
  const instant = Date.parse(`${upToSeconds}${fraction === '' ? '' : `.${fraction.slice(0, 3)}`}${offset}`);
  return instant >= firstInstant && instant <= lastInstant ? instant : null;
}

/** Days of a month; `month` is 1 for January. */
function countDays(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
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
