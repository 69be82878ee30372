/** What the subgraph SDL shows beyond the usual; `federation` of the configuration. */
export interface SubgraphOptions {
  /** Whether it has `Query.node` and `Query.nodes`, which no two subgraphs of a supergraph may share. */
  readonly node: boolean;
  /** Whether it has `@authenticated` and `@requiresScopes`, which not every router understands. */
  readonly scopes: boolean;
}
