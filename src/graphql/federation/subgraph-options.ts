/** What of the subgraph is shown to whom. */
export interface SubgraphOptions {
  /** Whether the subgraph SDL has `Query.node` and `Query.nodes`, which no two subgraphs of a supergraph may share. */
  readonly node: boolean;
  /** Whether it has `@authenticated` and `@requiresScopes`, which not every router understands. */
  readonly scopes: boolean;
  /** Whether `_service` gives it; it is the schema in another form. */
  readonly introspection: boolean;
}
