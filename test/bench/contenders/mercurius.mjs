// mercurius with graphql-jit. With "cached", the responses of the planes are kept for one second.
import { makeExecutableSchema } from '@graphql-tools/schema';
import Fastify from 'fastify';
import mercurius from 'mercurius';

import { buildResolvers, cacheForOneSecond, createReader, typeDefs } from './schema.mjs';

const planes = JSON.parse(process.argv[2]);
const fetchJson = createReader(planes);
const read = process.argv[3] === 'cached' ? cacheForOneSecond(fetchJson) : fetchJson;
const app = Fastify({ keepAliveTimeout: 600_000 });
await app.register(mercurius, { schema: makeExecutableSchema({ typeDefs, resolvers: buildResolvers(planes, read) }), jit: 1 });
process.send({ url: `${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql` });
