import type { RequestListener, Server } from 'node:http';
import { parse } from 'node:querystring';

import cors from '@fastify/cors';
import { fastify, type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import { Answers } from '../answers/answers.js';
import { CompiledExecutor, type CreateExecutor, type OperationExecutor } from '../execution/compiled-executor.js';
import type { Gateway } from '../gateway/gateway.js';
import { TributaryError } from '../model/errors.js';
import { isJsonObject } from '../model/scalars.js';
import { isAllowedOrigin } from './allowed-origins.js';
import { createAnswerHandler, findPreparedOperation } from './answer-handler.js';
import { applyRequestErrorStatus, reportExecution } from './apollo-plugins.js';
import { createGraphqlHandler } from './apollo-server.js';
import type { Session } from './authentication/session.js';
import { acceptBasePath } from './base-path.js';
import { compressResponses } from './compression.js';
import { type DemoControl, mountDemoRoutes } from './demo-routes.js';
import { createErrorFormatter, type ErrorReport } from './error-formatter.js';
import { explorerPlugin, sendLandingPage } from './explorer/explorer-plugin.js';
import { decorateWithSession, findSession, getSession } from './guards/authentication-guard.js';
import { measurePeriodically, type OverloadThresholds, overloadThresholds } from './guards/concurrency-limit.js';
import { type AdmissionOptions, createGuardLists, type GuardLists } from './guards/guard-lists.js';
import { createRouteHooks, guardListener } from './guards/guard.js';
import { decorateWithOperation, isSubscriptionRequest } from './guards/operation-guards.js';
import { RepeatedTexts } from './guards/repeated-texts.js';
import { findArrival } from './guards/scheduling-queue.js';
import { watchUnauthenticated } from './guards/unauthenticated-connections.js';
import { closeUnusedConnections, createNodeServer, drainRefusedBody, watchSlowReaders } from './http-connections.js';
import { type Refusal, sendClientError, sendRefusal, translateFrameworkError } from './http-error-responses.js';
import { needsEventStream, negotiateRefusal } from './media-types.js';
import { mountAuditRoute, mountHealthRoutes } from './operator-routes.js';
import { type ProcessProbes, processProbes } from './process-probes.js';
import { allowPrivateNetwork, closeWhenStopping, createSendHook, setSecurityHeaders } from './response-steps.js';
import type { EventAnswer } from './subscriptions/event-answer.js';
import { ResultFormatter } from './subscriptions/result-formatter.js';
import { SharedAnswers, ValidatedDocuments } from './subscriptions/subscription-caches.js';
import type { SubscriptionExecution } from './subscriptions/subscription-options.js';
import { EventQueue } from './subscriptions/event-queue.js';
import { type EventStreamHandler, mountSubscriptionRoutes } from './subscriptions/subscription-routes.js';
import { type HttpTiming, httpTiming, type SubscriptionTiming, subscriptionTiming } from './timeouts.js';

interface HttpServerOptions {
  readonly gateway: Gateway;
  readonly api: ApiOptions;
  readonly admission: AdmissionOptions;
  readonly transfer?: TransferOptions;
  readonly logger: FastifyBaseLogger;
  /** What tests replace. */
  readonly environment?: Partial<ServerEnvironment>;
}

/** What is served. */
export interface ApiOptions {
  readonly schema: GraphQLSchema;
  /** Whether all callers may read the schema; otherwise only callers with the right `introspect`. */
  readonly introspection: boolean;
  /** The folder of the built pages; null: there is no explorer and no landing page. */
  readonly explorerFolder: string | null;
  /** The path below which a proxy publishes the gateway, such as `/tributary`; none by default. */
  readonly basePath?: string;
  /** Only in the demo: how its planes are broken and mended. */
  readonly demo?: DemoControl | undefined;
}

/** How responses are sent. */
export interface TransferOptions {
  /** How long a connection without a request is kept, in milliseconds. */
  readonly keepAliveMs: number;
  /** Whether responses are compressed for clients that accept it. */
  readonly compression: boolean;
}

export interface ServerEnvironment {
  readonly httpTiming: HttpTiming;
  readonly subscriptionTiming: SubscriptionTiming;
  /** What rates are measured by: milliseconds of a monotonic clock, as performance.now. */
  readonly monotonic: () => number;
  readonly probes: ProcessProbes;
  readonly overload: Partial<OverloadThresholds>;
  readonly createExecutor: CreateExecutor;
  /** The answers to events. */
  readonly eventAnswers: SharedAnswers<EventAnswer>;
  /** Whether answers are kept for equal requests; true by default. */
  readonly keepAnswers: boolean;
}

const graphqlPath = '/graphql';

/** Creates the HTTP server of the gateway; it does not listen yet. The checks of a request are listed in `guards/guard-lists.ts`. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { gateway, api, admission, logger, environment = {} } = options;
  const { keepAliveMs, compression } = options.transfer ?? { keepAliveMs: httpTiming.keepAliveMs, compression: true };
  const probes = environment.probes ?? processProbes;
  const timing = environment.httpTiming ?? { ...httpTiming, keepAliveMs };
  const monotonic = environment.monotonic ?? (() => performance.now());
  const overload = { ...overloadThresholds, ...environment.overload };
  const guards = createGuardLists(admission, { probes, monotonic, now: () => gateway.now(), overload, log: logger });
  const { concurrency, inFlight } = guards.shared;

  const { basePath = '' } = api;
  const createServer: ServerFactory = (listener) =>
    acceptBasePath(createNodeServer(timing, guardListener(listener, guards.listener)), basePath);
  const app = createApp(createServer, admission.limits.bodyKb, logger);
  measurePeriodically(app, concurrency);
  watchUnauthenticated(app, { unauthenticated: guards.shared.unauthenticated, authenticator: admission.authenticator });
  setSecurityHeaders(app);
  for (const guard of guards.app) guard.register(app);
  const steps = [watchSlowReaders(app, inFlight, timing), drainRefusedBody(timing), closeWhenStopping(app), allowPrivateNetwork];
  app.addHook('onSend', createSendHook(steps));
  if (compression) compressResponses(app);
  decorateWithSession(app);
  decorateWithOperation(app);
  setErrorHandlers(app);
  await allowOrigins(app, admission.cors);
  await app.register(explorerPlugin, {
    folder: api.explorerFolder ?? '',
    enabled: api.explorerFolder !== null,
    basePath,
    isDemo: api.demo !== undefined,
  });
  if (api.demo !== undefined) mountDemoRoutes(app, api.demo);

  const executor = (environment.createExecutor ?? createCompiledExecutor)(api.schema);
  const serveEventStream = mountSubscriptionRoutes(app, graphqlPath, {
    execution: createSubscriptionExecution(app, gateway, { ...api, executor, answers: environment.eventAnswers ?? new SharedAnswers() }),
    admission: { ...guards.shared, routeGuards: guards.eventStream, authenticator: admission.authenticator, origins: admission.cors },
    transport: { timing: environment.subscriptionTiming ?? subscriptionTiming, inFlight, log: app.log, monotonic },
  });
  await mountGraphqlRoute(app, gateway, { ...api, executor, serveEventStream, keepAnswers: environment.keepAnswers ?? true }, guards);
  // After the subscriptions: until they are closed, connections are still accepted.
  closeUnusedConnections(app);
  mountHealthRoutes(app, admission.authenticator, gateway);
  mountAuditRoute(app, admission.authenticator, gateway.audit);
  return app;
}

const createCompiledExecutor: CreateExecutor = (schema) => new CompiledExecutor({ schema });

type ServerFactory = (listener: RequestListener) => Server;

function createApp(serverFactory: ServerFactory, bodyKb: number, loggerInstance: FastifyBaseLogger): FastifyInstance {
  return fastify({
    serverFactory,
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { querystringParser: createQueryParser() },
    bodyLimit: bodyKb === 0 ? Number.MAX_SAFE_INTEGER : bodyKb * 1024,
    clientErrorHandler: sendClientError,
    // Requests in flight are finished; connections that wait for another request are closed at once.
    forceCloseConnections: 'idle',
    // Errors before there is a route, such as a path that is no URL.
    frameworkErrors: (error, _request, reply) => void sendRefusal(reply, translateFrameworkError(error)),
  });
}

/** Parses the queries of URLs, and only once those that come again and again: the query of a GET is a whole operation. */
function createQueryParser(): (text: string) => Record<string, unknown> {
  const queries = new RepeatedTexts();
  return (text) => {
    const known = queries.find(text);
    if (isJsonObject(known)) return known;
    const query = parse(text, '&', '=', { maxKeys: 0 });
    queries.add(text, query);
    return query;
  };
}

function setErrorHandlers(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | TributaryError>((error, _request, reply) => {
    if (!(error instanceof TributaryError) && (error.statusCode ?? 500) >= 500) app.log.error(error);
    return sendRefusal(reply, translateFrameworkError(error));
  });
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, notFound));
}

const notFound: Refusal = { status: 404, code: 'BAD_USER_INPUT', message: 'There is nothing at this path.' };

/** Lets pages of the configured origins call. */
async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: (origin, decide) => decide(null, origin !== undefined && isAllowedOrigin(origin, origins)),
    methods: ['GET', 'POST'],
    exposedHeaders: ['ETag'],
    maxAge: 600,
  });
}

interface GraphqlRouteOptions extends ApiOptions, Pick<ServerEnvironment, 'keepAnswers'> {
  readonly executor: OperationExecutor;
  readonly serveEventStream: EventStreamHandler;
}

/** `/graphql`: GraphQL over HTTP for callers, subscriptions as event streams, the landing page for browsers. */
async function mountGraphqlRoute(
  app: FastifyInstance,
  gateway: Gateway,
  { schema, introspection, executor, serveEventStream, keepAnswers }: GraphqlRouteOptions,
  guards: GuardLists,
): Promise<void> {
  const handle = await createGraphqlHandler(app, {
    schema,
    introspection,
    executor,
    report: createErrorReport(app),
    context: (request) => findPreparedOperation(request) ?? gateway.createOperation(getSession(request), findArrival(request)),
  });
  const answer = createAnswerHandler(keepAnswers ? new Answers({ gateway, schema }) : null, handle);
  app.route({
    url: graphqlPath,
    method: ['GET', 'POST'],
    ...createRouteHooks(guards.graphql),
    onSend: createSendHook([applyRequestErrorStatus, negotiateRefusal, reportExecution]),
    handler: (request, reply) => {
      // Only a request for the page has no session.
      if (findSession(request) === null) return sendLandingPage(reply);
      if (!needsEventStream(request.headers.accept, () => isSubscriptionRequest(request))) return answer(request, reply);
      // A stream lasts for hours, and costs next to nothing between two events.
      guards.shared.endOperation(request.raw);
      return serveEventStream(request, reply);
    },
  });
  app.route({
    url: graphqlPath,
    method: ['PUT', 'PATCH', 'DELETE'],
    // In a hook, so that the body is not read.
    onRequest: async (_request, reply) => sendRefusal(reply.header('allow', 'GET, POST'), wrongMethod),
    onSend: createSendHook([negotiateRefusal]),
    handler: (_request, reply) => reply.callNotFound(),
  });
}

const wrongMethod: Refusal = {
  status: 405,
  code: 'BAD_USER_INPUT',
  message: 'The method of a request must be POST, or GET for a query.',
};

function createSubscriptionExecution(
  app: FastifyInstance,
  gateway: Gateway,
  {
    schema,
    introspection,
    executor,
    answers,
  }: ApiOptions & Pick<SubscriptionExecution, 'executor'> & { readonly answers: SharedAnswers<EventAnswer> },
): SubscriptionExecution {
  const report = createErrorReport(app);
  const mayIntrospect = (session: Session | null): boolean => introspection || session?.has('introspect') === true;
  const withSchema = new ResultFormatter(createErrorFormatter({ visibleSchema: schema, report }));
  const withoutSchema = new ResultFormatter(createErrorFormatter({ visibleSchema: null, report }));
  return {
    schema,
    mayIntrospect,
    createContext: (session) => gateway.createOperation(session),
    executor,
    selectFormatter: (session) => (mayIntrospect(session) ? withSchema : withoutSchema),
    shared: { documents: new ValidatedDocuments(), answers, eventQueue: new EventQueue() },
    log: app.log,
  };
}

function createErrorReport(app: FastifyInstance): ErrorReport {
  return (error, errorId) => app.log.error({ err: error, errorId }, 'masked');
}
