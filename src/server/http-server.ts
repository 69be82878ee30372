import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { Gateway } from '../gateway/gateway.js';
import type { OperationContext } from '../gateway/operation-context.js';
import { applyRequestErrorStatus } from './apollo-plugins.js';
import { createGraphqlHandler } from './apollo-server.js';
import type { Authenticator } from './authentication/authenticator.js';
import { readCredentials } from './authentication/credentials.js';
import { decorateWithSession, getSession, requireSession } from './authentication/require-session.js';
import type { Session } from './authentication/session.js';
import { createErrorFormatter } from './error-formatter.js';
import { explorerPlugin, isPageRequest, sendLandingPage } from './explorer/explorer-plugin.js';
import { adjustPeriodically, ConcurrencyLimit, overloadThresholds } from './guards/concurrency-limit.js';
import { enforceDocumentLimits } from './guards/document-limits.js';
import { createGuards } from './guards/guards.js';
import { acceptOnlyJson } from './guards/json-body.js';
import { callerKey, limitOperationRate } from './guards/operation-rate.js';
import { countInFlight, refuseWhenOverloaded } from './guards/overload.js';
import { createProcessProbes, type ProcessProbes } from './guards/process-probes.js';
import { awaitScheduling, SchedulingQueue } from './guards/scheduling-queue.js';
import type { ServerLimits } from './guards/server-limits.js';
import { resolveTrustedDocument, TrustedDocumentGuard, type TrustedDocuments } from './guards/trusted-documents.js';
import {
  closeUnusedConnections,
  createNodeServer,
  disconnectSlowReaders,
  drainRefusedBodies,
  InFlightRequests,
  limitPipelining,
} from './http-connections.js';
import { answerClientError, errorResponse, frameworkErrorResponse } from './http-error-responses.js';
import { healthPaths, mountAuditRoute, mountHealthRoutes } from './operator-routes.js';
import { ResultFormatter } from './subscriptions/result-formatter.js';
import { SharedResults, ValidatedDocuments } from './subscriptions/shared-results.js';
import { mountSubscriptionRoutes } from './subscriptions/subscription-routes.js';
import { type HttpTiming, httpTiming, type SubscriptionTiming, subscriptionTiming } from './timing.js';

export interface HttpServerOptions {
  readonly gateway: Gateway;
  /** Who is let in. */
  readonly entrance: Authenticator;
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Null, or absent: every document is answered. */
  readonly trustedDocuments?: TrustedDocuments | null;
  /** Null: no explorer and no pages. */
  readonly explorerFolder: string | null;
  /** Origins that browsers may call from; none when empty. */
  readonly cors: readonly string[];
  readonly limits: ServerLimits;
  /** Only tests give other times than the usual, for subscriptions and for all of HTTP. */
  readonly timing?: SubscriptionTiming;
  readonly httpTiming?: HttpTiming;
  /** What rates are measured by, in milliseconds; a clock that nobody sets back. */
  readonly elapsedMs?: () => number;
  /** How the process is; only tests give another one. */
  readonly probes?: ProcessProbes;
  readonly logger: FastifyBaseLogger;
}

const graphqlPath = '/graphql';

/** The HTTP side of the gateway; it does not listen yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { gateway, entrance, schema, introspection, limits, logger } = options;
  const waits = options.httpTiming ?? httpTiming;
  const probes = options.probes ?? createProcessProbes();
  const turns = new SchedulingQueue(() => performance.now());
  const load = new ConcurrencyLimit(overloadThresholds, probes, turns);
  const exchanges = new InFlightRequests();
  const app = fastify({
    serverFactory: (handle) =>
      createNodeServer(
        waits,
        limitPipelining(refuseWhenOverloaded(handle, load, { exemptPaths: healthPaths, cors: options.cors }), exchanges),
      ),
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyKb === 0 ? Number.MAX_SAFE_INTEGER : limits.bodyKb * 1024,
    clientErrorHandler: answerClientError,
    // Answers under way are finished; connections that wait for another request are closed at once.
    forceCloseConnections: 'idle',
    // What fails before there is a route, such as a path that is no URL.
    frameworkErrors: (error, _request, reply: FastifyReply) => void reply.code(error.statusCode ?? 500).send(frameworkErrorResponse(error)),
  });
  adjustPeriodically(app, load, probes);
  const guards = createGuards(limits, load, exchanges, options.elapsedMs ?? (() => performance.now()));
  const trusted = new TrustedDocumentGuard(options.trustedDocuments ?? null, (untrusted) =>
    app.log.warn(untrusted, 'a document is not in the manifest'),
  );
  acceptOnlyJson(app);
  disconnectSlowReaders(app, exchanges, waits);
  drainRefusedBodies(app, waits);
  // A client that keeps its connection would keep the process: what is answered after the server stopped listening is the last.
  app.addHook('onSend', async (_request, reply) => {
    if (!app.server.listening) reply.header('connection', 'close');
  });
  decorateWithSession(app);
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) app.log.error(error);
    return reply.code(status).send(frameworkErrorResponse(error));
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(errorResponse('There is nothing here.', 'BAD_USER_INPUT')));
  await app.register(helmet, {
    // Whoever ends TLS in front of the gateway decides for the host name.
    strictTransportSecurity: false,
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  if (options.cors.length > 0) await app.register(cors, { origin: [...options.cors], methods: ['GET', 'POST'], maxAge: 600 });
  allowPrivateNetwork(app);
  await app.register(explorerPlugin, { folder: options.explorerFolder ?? '', enabled: options.explorerFolder !== null });

  const report = (error: unknown, errorId: string): void => app.log.error({ err: error, errorId }, 'masked');
  const context = (session: Session): OperationContext => gateway.createOperation(session);
  const handle = await createGraphqlHandler(app, { schema, introspection, report, context });
  const authenticate = requireSession(entrance);
  const keyOf = ({ raw }: FastifyRequest, session: Session): string => callerKey(session, entrance.clientAddress(readCredentials(raw)));
  app.route({
    url: graphqlPath,
    method: ['GET', 'POST'],
    onRequest: [
      countInFlight(load, exchanges),
      awaitScheduling(turns),
      // The pages are for everybody.
      async (request, reply) => (isPageRequest(request) ? undefined : authenticate.call(app, request, reply)),
      limitOperationRate(guards.operations, (request) => (isPageRequest(request) ? null : keyOf(request, getSession(request)))),
    ],
    preHandler: [resolveTrustedDocument(trusted), enforceDocumentLimits(guards.documents)],
    onSend: applyRequestErrorStatus,
    handler: (request, reply) => (isPageRequest(request) ? sendLandingPage(reply) : handle(request, reply)),
  });
  app.route({
    url: graphqlPath,
    method: ['PUT', 'PATCH', 'DELETE'],
    // Whatever the body is, it is not read.
    onRequest: refuseMethod,
    handler: refuseMethod,
  });
  const mayIntrospect = (session: Session): boolean => introspection || session.has('introspect');
  const openFormatter = new ResultFormatter(createErrorFormatter({ introspection: true, report }));
  const closedFormatter = new ResultFormatter(createErrorFormatter({ introspection: false, report }));
  mountSubscriptionRoutes(app, graphqlPath, {
    schema,
    mayIntrospect,
    limits,
    guards,
    trusted,
    origins: options.cors,
    authenticator: entrance,
    context,
    documents: new ValidatedDocuments(),
    results: new SharedResults(),
    selectFormatter: (session) => (mayIntrospect(session) ? openFormatter : closedFormatter),
    timing: options.timing ?? subscriptionTiming,
    log: app.log,
  });
  // After the subscriptions: until then, connections are still accepted.
  closeUnusedConnections(app);
  mountHealthRoutes(app, entrance, gateway);
  mountAuditRoute(app, entrance, gateway.audit);
  return app;
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return reply
    .code(405)
    .header('allow', 'GET, POST')
    .send(errorResponse('The method of a request is POST, or GET for a query.', 'BAD_USER_INPUT'));
}

/**
 * Says yes to browsers that ask, in the preflight of a page of a configured origin, whether a page of the internet may reach an
 * address of this machine or network (https://wicg.github.io/private-network-access/). Chrome asked so until it began to ask its
 * user instead.
 */
export function allowPrivateNetwork(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.headers['access-control-request-private-network'] !== 'true') return;
    if (reply.hasHeader('access-control-allow-origin')) reply.header('access-control-allow-private-network', 'true');
  });
}
