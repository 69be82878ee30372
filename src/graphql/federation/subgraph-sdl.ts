import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  graphqlSync,
  isTypeDefinitionNode,
  Kind,
  lexicographicSortSchema,
  parse,
  print,
  printSchema,
  type TypeDefinitionNode,
} from 'graphql';

import {
  type DirectiveRules,
  findEntityTypes,
  findPublicParts,
  listArgumentDirectives,
  listFieldDirectives,
  listTypeDirectives,
} from './federation-directives.js';

/** Renders the SDL for `_service` and composers: the whole schema with the federation directives and their definitions. */
export function renderSubgraphSdl(schema: GraphQLSchema, options: SubgraphOptions): string {
  return assembleSdl(buildSubgraphDocument(schema, options));
}

/**
 * Renders the same without the definitions that federation adds, which composers know: `directive @key`, `_entities` and their like. The
 * composer of GraphQL Mesh refuses a subgraph that has them.
 */
export function renderPlainSubgraphSdl(schema: GraphQLSchema, options: SubgraphOptions): string {
  return print(buildSubgraphDocument(schema, options));
}

/** The section `federation` of the configuration. */
export interface SubgraphOptions {
  /** Whether the SDL has `Query.node` and `Query.nodes`, which only one subgraph of a supergraph may have. */
  readonly node: boolean;
  /** Whether the SDL has `@authenticated` and `@requiresScopes`, which not every router supports. */
  readonly scopes: boolean;
}

/** Fields of Query that every subgraph with Relay's Node has, and that none can resolve for the others. */
const nodeFields: ReadonlySet<string> = new Set(['node', 'nodes']);

/** The schema sorted by name, with the federation directives. */
function buildSubgraphDocument(schema: GraphQLSchema, options: SubgraphOptions): DocumentNode {
  const rules: DirectiveRules = { schema, entities: findEntityTypes(schema), publicParts: findPublicParts(schema), scopes: options.scopes };
  const { definitions } = parse(printSchema(lexicographicSortSchema(schema)), { noLocation: true });
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      ...parse(renderFederationLink(options), { noLocation: true }).definitions,
      ...definitions.map((definition) => (isTypeDefinitionNode(definition) ? addDirectives(definition, rules, options) : definition)),
    ],
  };
}

function addDirectives(type: TypeDefinitionNode, rules: DirectiveRules, { node }: Pick<SubgraphOptions, 'node'>): TypeDefinitionNode {
  const name = type.name.value;
  const directives = [...(type.directives ?? []), ...parseDirectives(listTypeDirectives(name, rules))];
  if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return { ...type, directives };
  const isShown = (field: FieldDefinitionNode): boolean => node || name !== 'Query' || !nodeFields.has(field.name.value);
  const fields = (type.fields ?? []).filter(isShown).map((field) => ({
    ...field,
    directives: [...(field.directives ?? []), ...parseDirectives(listFieldDirectives(name, field.name.value, rules))],
    arguments: (field.arguments ?? []).map((argument) => ({
      ...argument,
      directives: [...(argument.directives ?? []), ...parseDirectives(listArgumentDirectives(name, field.name.value, rules))],
    })),
  }));
  return { ...type, directives, fields };
}

/** graphql-js parses directives only as part of a definition. */
function parseDirectives(texts: readonly string[]): readonly ConstDirectiveNode[] {
  const [carrier] = texts.length === 0 ? [] : parse(`scalar Carrier ${texts.join(' ')}`, { noLocation: true }).definitions;
  return carrier?.kind === Kind.SCALAR_TYPE_DEFINITION ? (carrier.directives ?? []) : [];
}

/** Renders a subgraph with the definitions that federation adds: `_entities`, `_service` and all directives. Throws when it is not valid. */
export function assembleSdl(typeDefs: DocumentNode): string {
  const { data, errors } = graphqlSync({ schema: buildSubgraphSchema([{ typeDefs }]), source: '{ _service { sdl } }' });
  const service = data?.['_service'];
  if (typeof service === 'object' && service !== null && 'sdl' in service && typeof service.sdl === 'string') return service.sdl;
  throw new Error('The subgraph has no SDL.', { cause: errors?.[0] });
}

const federationImports = ['@cost', '@key', '@listSize', '@shareable', '@tag'];
const scopeImports = ['@authenticated', '@requiresScopes'];

/** The `@link` that makes SDL a subgraph. 2.9 is the highest version that the composers of both Apollo and The Guild accept. */
export function renderFederationLink({ scopes }: { readonly scopes: boolean }): string {
  const names = scopes ? [...federationImports, ...scopeImports] : federationImports;
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(names)})`;
}
