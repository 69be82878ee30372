import { readFileSync } from 'node:fs';

import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/** The examples, and the ports of their routing URLs. */
export const examples = { notes: 4101, owners: 4102, hosts: 4103 };

/** Starts one of them on loopback; port 0 takes a free one. Gives its URL and a function that stops it. */
export async function startExample(name, port = examples[name]) {
  const typeDefs = parse(readFileSync(new URL(`${name}.graphql`, import.meta.url), 'utf8'));
  const { createResolvers } = await import(`./${name}.mjs`);
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: createResolvers() }]);
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port } });
  return { url, stop: () => server.stop() };
}
