import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { OperationContext } from '../gateway/operation-context.js';
import { hiddenSubgraphRule, limitErrorStatusPlugin, refuseSubscriptionsPlugin, requestErrorStatusPlugin } from './apollo-plugins.js';
import { getSession } from './authentication/require-session.js';
import type { Session } from './authentication/session.js';
import { createErrorFormatter } from './error-formatter.js';

export interface GraphqlHandlerOptions extends ApolloServerOptions {
  /** What resolvers work with, for one caller and one operation. */
  readonly context: (session: Session) => OperationContext;
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
    return fastifyApolloHandler(apollo, { context: async (request) => context(getSession(request)) });
  };
  const usual = await start(options.introspection);
  const withSchemaAccess = options.introspection ? usual : await start(true);
  return (request, reply) => (getSession(request).has('introspect') ? withSchemaAccess : usual).call(app, request, reply);
}

export interface ApolloServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Errors that clients do not see, for the log. */
  readonly report: (error: unknown, errorId: string) => void;
}

/** Apollo Server without what the gateway does not want: batching, persisted queries, usage reports, a landing page from a CDN. */
export function createApolloServer(options: ApolloServerOptions): ApolloServer<OperationContext> {
  const { schema, introspection, report } = options;
  return new ApolloServer<OperationContext>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    validationRules: introspection ? [] : [hiddenSubgraphRule],
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    formatError: createErrorFormatter({ introspection, report }),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      // Of its own accord a subgraph traces each field for whoever sends a header: two to three times the work and the bytes.
      ApolloServerPluginInlineTraceDisabled(),
      // Nothing goes to Apollo, even beside a router whose environment has a key.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      refuseSubscriptionsPlugin,
      requestErrorStatusPlugin,
      limitErrorStatusPlugin,
    ],
    logger: { debug: discardLog, info: discardLog, warn: discardLog, error: discardLog },
  });
}

/** What matters of Apollo's own log is in the errors that `report` gets. */
function discardLog(): void {
  // Nothing.
}
