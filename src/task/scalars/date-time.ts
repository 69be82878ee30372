import { GraphQLError, GraphQLScalarType, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

const iso = GraphQLDateTimeISO.toConfig();

/** Inside the gateway an instant is a number: milliseconds since 1970-01-01T00:00:00Z. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description:
    'An instant as an ISO 8601 string, in UTC and with milliseconds, for example 2026-11-21T08:00:00.000Z. Input may have any time zone offset.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => new Date(value as number).toISOString(),
  parseValue: (value) => instantOf(() => iso.parseValue?.(value)),
  parseLiteral: (node) => instantOf(() => iso.parseLiteral?.(node), node),
});

/** `node`: where it stands in the document, if it does. */
function instantOf(parse: () => unknown, node?: ValueNode): number {
  try {
    const parsed = parse();
    if (parsed instanceof Date) return parsed.getTime();
  } catch {
    // The library's message repeats the value: it is replaced by the one below.
  }
  throw new GraphQLError('A DateTime is an ISO-8601 instant with a time zone, such as 2026-11-21T08:00:00.000Z.', {
    nodes: node ?? null,
  });
}
