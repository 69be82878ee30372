// graphql-yoga over the planes, asking anew for every operation.
import { createServer } from 'node:http';

import { makeExecutableSchema } from '@graphql-tools/schema';
import { createYoga } from 'graphql-yoga';

import { buildResolvers, createReader, typeDefs } from './schema.mjs';

const planes = JSON.parse(process.argv[2]);
const schema = makeExecutableSchema({ typeDefs, resolvers: buildResolvers(planes, createReader(planes)) });
const yoga = createYoga({ schema, logging: false, graphiql: false });
const server = createServer((request, response) => void yoga(request, response));
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/graphql` }));
