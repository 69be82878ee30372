import { composeSubgraphs } from '@graphql-mesh/fusion-composition';
import { federateSubgraphs, LATEST_ROUTER_COMPATIBILITY_VERSION } from '@wundergraph/composition';
import { buildASTSchema, type DocumentNode } from 'graphql';

/** What a composer makes of subgraphs: what it refuses; null: nothing. */
type Refusal = string | null;

interface ComposedSubgraph {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
}

/** WunderGraph's composer, that of Cosmo. */
export function composeByWunderGraph(subgraphs: readonly ComposedSubgraph[]): Refusal {
  const result = federateSubgraphs({
    subgraphs: subgraphs.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
    version: LATEST_ROUTER_COMPATIBILITY_VERSION,
  });
  return result.success ? null : describe(result.errors);
}

/** The composer of GraphQL Mesh, as its command line builds the schemas for it. */
export function composeByMesh(subgraphs: readonly ComposedSubgraph[]): Refusal {
  const result = composeSubgraphs(
    subgraphs.map(({ name, typeDefs }) => ({ name, schema: buildASTSchema(typeDefs, { assumeValid: true, assumeValidSDL: true }) })),
  );
  return result.errors === undefined ? null : describe(result.errors);
}

function describe(errors: readonly { readonly message: string }[]): string {
  return errors.map(({ message }) => message).join('\n');
}
