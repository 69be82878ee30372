import { getIntrospectionQuery, type GraphQLSchema, parse, validate } from 'graphql';

/** As many as the engine needs to compile what validation spends its time in. */
const rounds = 10;

/**
 * Validates a few documents that nobody asked for, so that the first client that sends a large one does not keep all others
 * waiting three times as long as the next.
 */
export function warmUp(schema: GraphQLSchema): void {
  const repeated = parse(`{ ${'__schema { queryType { name } } '.repeat(60)} }`, { noLocation: true });
  const usual = parse(getIntrospectionQuery(), { noLocation: true });
  for (let round = 0; round < rounds; round += 1) for (const document of [repeated, usual]) validate(schema, document);
}
