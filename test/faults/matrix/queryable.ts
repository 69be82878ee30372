import type { GraphQLAnswer } from '../../support/post.js';

/** A gateway that answers GraphQL operations, in this process or in another. */
export interface Queryable {
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphQLAnswer>;
}
