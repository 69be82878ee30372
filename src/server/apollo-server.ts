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

import type { OperationExecutor } from '../execution/compiled-executor.js';
import { stringifyResponse } from '../execution/serialised-data.js';
import type { OperationContext } from '../gateway/operation-context.js';
import { createOperationPlugin, hiddenSubgraphRule } from './apollo-plugins.js';
import { createErrorFormatter, type ErrorReport } from './error-formatter.js';
import { getSession } from './guards/authentication-guard.js';

interface GraphqlHandlerOptions extends ApolloServerOptions {
  /** Creates the context of the resolvers, for one request. */
  readonly context: (request: FastifyRequest) => OperationContext;
}

/** Sets status and headers of a reply, and returns its body, or a promise of it. */
export type GraphqlHandler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/**
 * Executes GraphQL over HTTP. An Apollo Server has one setting of introspection for all callers, so where the schema is not public there
 * are two: one that hides it, also in its errors, and one for callers with the right `introspect`.
 */
export async function createGraphqlHandler(app: FastifyInstance, { context, ...options }: GraphqlHandlerOptions): Promise<GraphqlHandler> {
  const start = async (introspection: boolean) => {
    const apollo = createApolloServer({ ...options, introspection });
    await apollo.start();
    // Fastify waits for the requests in flight before it calls this hook; Apollo's own drain plugin would wait for Fastify in turn.
    app.addHook('onClose', () => apollo.stop());
    return fastifyApolloHandler(apollo, { context: async (request) => context(request) });
  };
  const handle = await start(options.introspection);
  const handleWithIntrospection = options.introspection ? handle : await start(true);
  return (request, reply) => (getSession(request).has('introspect') ? handleWithIntrospection : handle).call(app, request, reply);
}

interface ApolloServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly executor: OperationExecutor;
  readonly report: ErrorReport;
}

/** Apollo Server without batching, automatic persisted queries, usage reports and the landing page from a CDN. */
function createApolloServer(options: ApolloServerOptions): ApolloServer<OperationContext> {
  const { schema, introspection, executor, report } = options;
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
    stringifyResult: stringifyResponse,
    formatError: createErrorFormatter({ visibleSchema: introspection ? schema : null, report }),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      // By default a subgraph traces each field for every client that sends a header: two to three times the work and the bytes.
      ApolloServerPluginInlineTraceDisabled(),
      // Nothing is reported to Apollo, even when the environment has the key of a router.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      createOperationPlugin(executor),
    ],
    logger: { debug: discardLog, info: discardLog, warn: discardLog, error: discardLog },
  });
}

/** The errors that matter in Apollo's own log reach `report` anyway. */
function discardLog(): void {
  // Nothing.
}
