import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  isTypeDefinitionNode,
  Kind,
  lexicographicSortSchema,
  parse,
  printSchema,
  type TypeDefinitionNode,
} from 'graphql';

import { directivesOfArguments, directivesOfField, directivesOfType, type DirectiveRules } from './directives.js';
import { entityTypesOf } from './entity-types.js';
import { federationLink } from './federation-link.js';
import { publicPartsOf } from './public-parts.js';
import type { SubgraphOptions } from './subgraph-options.js';

/** Fields of Query that every subgraph with Relay's Node would have, and none can resolve for the others. */
const nodeFields: ReadonlySet<string> = new Set(['node', 'nodes']);

/** The schema as a subgraph shows it to composers: sorted by name, with its federation directives. */
export function subgraphDocument(schema: GraphQLSchema, options: SubgraphOptions): DocumentNode {
  const rules: DirectiveRules = { schema, entities: entityTypesOf(schema), publicParts: publicPartsOf(schema), scopes: options.scopes };
  const { definitions } = parse(printSchema(lexicographicSortSchema(schema)), { noLocation: true });
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      ...parse(federationLink(options), { noLocation: true }).definitions,
      ...definitions.map((definition) => (isTypeDefinitionNode(definition) ? withDirectives(definition, rules, options) : definition)),
    ],
  };
}

function withDirectives(type: TypeDefinitionNode, rules: DirectiveRules, { node }: Pick<SubgraphOptions, 'node'>): TypeDefinitionNode {
  const name = type.name.value;
  const directives = [...(type.directives ?? []), ...directiveNodes(directivesOfType(name, rules))];
  if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return { ...type, directives };
  const isShown = (field: FieldDefinitionNode): boolean => node || name !== 'Query' || !nodeFields.has(field.name.value);
  const fields = (type.fields ?? []).filter(isShown).map((field) => ({
    ...field,
    directives: [...(field.directives ?? []), ...directiveNodes(directivesOfField(name, field.name.value, rules))],
    arguments: (field.arguments ?? []).map((argument) => ({
      ...argument,
      directives: [...(argument.directives ?? []), ...directiveNodes(directivesOfArguments(name, field.name.value, rules))],
    })),
  }));
  return { ...type, directives, fields };
}

/** graphql-js reads directives as a part of a definition only. */
function directiveNodes(texts: readonly string[]): readonly ConstDirectiveNode[] {
  const [carrier] = texts.length === 0 ? [] : parse(`scalar Carrier ${texts.join(' ')}`, { noLocation: true }).definitions;
  return carrier?.kind === Kind.SCALAR_TYPE_DEFINITION ? (carrier.directives ?? []) : [];
}
