import { type DocumentNode, type GraphQLSchema, isObjectType, isTypeDefinitionNode, isTypeExtensionNode, Kind, parse } from 'graphql';

import { assembledSdl } from './assembled-sdl.js';
import { federationLink } from './federation-link.js';

/** What federation adds to a schema with these entities: the directives and their types, `_Any`, `_Entity`, `_Service` and two fields of Query. */
export function machinery(schema: GraphQLSchema, entityNames: Iterable<string>): DocumentNode {
  // A subgraph of the same entities without all else: what Apollo's library adds to it is the same, and costs less to find.
  const objectTypes = [...entityNames].filter((name) => isObjectType(schema.getType(name)));
  const stubs = objectTypes.map((name) => `type ${name} @key(fields: "id") { id: ID! }`);
  const { definitions } = parse(assembledSdl(parse(`${federationLink({ scopes: true })} type Query { stub: ID } ${stubs.join(' ')}`)));
  return {
    kind: Kind.DOCUMENT,
    definitions: definitions.filter(
      (definition) =>
        definition.kind === Kind.DIRECTIVE_DEFINITION ||
        isTypeExtensionNode(definition) ||
        (isTypeDefinitionNode(definition) && schema.getType(definition.name.value) === undefined),
    ),
  };
}
