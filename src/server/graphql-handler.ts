import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { createApolloServer, type ApolloServerOptions } from './apollo-server.js';
import { sessionOf } from './authentication/require-session.js';
import type { Session } from './authentication/session.js';
import type { Operation } from '../task/gateway.js';

export interface GraphqlHandlerOptions extends ApolloServerOptions {
  /** What resolvers work with, for one caller and one operation. */
  readonly context: (session: Session) => Operation;
}

/**
 * Answers GraphQL over HTTP. Where the schema is not for everybody there are two servers, because Apollo knows one answer for all: one
 * that hides it, also in its errors, and one for callers with the right `introspect`.
 */
export async function createGraphqlHandler(
  app: FastifyInstance,
  { context, ...options }: GraphqlHandlerOptions,
): Promise<(request: FastifyRequest, reply: FastifyReply) => unknown> {
  const start = async (introspection: boolean) => {
    const apollo = createApolloServer({ ...options, introspection });
    await apollo.start();
    // Fastify waits for the requests under way before it calls this hook; Apollo's own drain plugin would wait for Fastify in turn.
    app.addHook('onClose', () => apollo.stop());
    return fastifyApolloHandler(apollo, { context: async (request) => context(sessionOf(request)) });
  };
  const usual = await start(options.introspection);
  const forReaders = options.introspection ? usual : await start(true);
  return (request, reply) => (sessionOf(request).has('introspect') ? forReaders : usual).call(app, request, reply);
}
