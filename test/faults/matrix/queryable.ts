import type { GraphQLAnswer } from '../../support/post.js';

/** A gateway that can be asked, wherever it runs. */
export interface Queryable {
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphQLAnswer>;
}
