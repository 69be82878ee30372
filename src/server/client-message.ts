import { GraphQLError, Kind, print } from 'graphql';

/** Characters of a message: names in a document may be as long as it is. */
const longest = 500;

/** What a client is told of a mistake in its document or its variables: what and where, never a value. */
export function clientMessage(error: unknown, message: string): string {
  const told = error instanceof GraphQLError ? (variableMessage(error) ?? withoutValue(error) ?? message) : message;
  return told.length > longest ? `${told.slice(0, longest)}…` : told;
}

/** How Apollo and graphql-js begin to say it; Apollo goes on with how to change its settings. */
const noIntrospection = /^GraphQL introspection (is not allowed|has been disabled)/;

/** The same for those who may not see the schema: of what is quoted, only words that they wrote themselves. */
export function closedMessage(error: unknown, message: string): string {
  if (noIntrospection.test(message)) return 'The schema is not shown here: introspection is off.';
  const document = (error instanceof GraphQLError ? error.source?.body : undefined) ?? '';
  const words = new Set(document.match(/\w+/g));
  return clientMessage(error, message).replace(/"([^"]*)"/g, (quoted, text: string) =>
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
function withoutValue({ message, nodes }: GraphQLError): string | null {
  if (message.startsWith('Syntax Error: ')) return message.replace(/\b(String|BlockString|Int|Float) "[^]*"/, '$1');
  if (nodes?.[0] === undefined || !values.has(nodes[0].kind)) return null;
  const type = typeInMessages.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  return type === undefined ? null : `The value does not fit the type "${type}".`;
}

const values: ReadonlySet<Kind> = new Set([Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.NULL, Kind.ENUM, Kind.LIST, Kind.OBJECT]);

/** Where graphql-js names the type that was expected. */
const typeInMessages: readonly RegExp[] = [
  /^Expected value of type "([^"]+)"/,
  /^(Int|Float|String|Boolean|ID) cannot represent /,
  /^Enum "([^"]+)" cannot represent /,
  /^Value "[^"]*" does not exist in "([^"]+)" enum\./,
];
