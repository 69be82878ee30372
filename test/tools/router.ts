import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

import { type GraphQLAnswer, post } from '../support/post.js';

/** A router that listens on loopback. */
export interface Router {
  graphql(query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphQLAnswer>;
  stop(): Promise<void>;
}

/** Apollo's gateway in front of the subgraphs of a supergraph, at the URLs that it names. */
export async function startRouter(supergraphSdl: string): Promise<Router> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }) => new RemoteGraphQLDataSource({ url }),
    logger: quiet,
  });
  const server = new ApolloServer({ gateway, logger: quiet, includeStacktraceInErrorResponses: false });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } }).catch(async (error: unknown) => {
    await gateway.stop();
    throw error;
  });
  return { graphql: (query, variables = {}) => post(url, { query, variables }), stop: () => server.stop() };
}

const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // What matters is in the answers.
}
