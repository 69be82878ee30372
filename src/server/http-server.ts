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

import type { Gateway, Operation } from '../task/gateway.js';
import { mountAudit } from './audit-route.js';
import type { Entrance } from './authentication/entrance.js';
import { presentedIn } from './authentication/presented.js';
import { prepareSessions, requireSession, sessionOf } from './authentication/require-session.js';
import type { Session } from './authentication/session.js';
import { allowPrivateNetwork } from './allow-private-network.js';
import { closeUnusedConnections } from './close-unused-connections.js';
import { DocumentGuard } from './documents/document-guard.js';
import { documentHook } from './documents/document-hook.js';
import type { TrustedDocuments } from './documents/trusted-documents.js';
import { errorBody } from './error-body.js';
import { explorer, sendLandingPage, wantsPage } from './explorer/explorer-plugin.js';
import { createErrorFormatter } from './format-error.js';
import { createGraphqlHandler } from './graphql-handler.js';
import { healthPaths, mountHealth } from './health.js';
import { awaitTurn } from './limits/await-turn.js';
import { callerKey } from './limits/caller-key.js';
import { answerClientError } from './limits/client-error.js';
import { countUnderWay } from './limits/count-under-way.js';
import { cutSendersAhead } from './limits/cut-senders-ahead.js';
import { Exchanges } from './limits/exchanges.js';
import { createGuards } from './limits/guards.js';
import { hearOut } from './limits/hear-out.js';
import { LoadGauge } from './limits/load-gauge.js';
import { loadLimits } from './limits/load-limits.js';
import { type Probes, processProbes } from './limits/process-probes.js';
import { rateHook } from './limits/rate-hook.js';
import { readJsonOnly } from './limits/read-json-only.js';
import { refuseOverload } from './limits/refuse-overload.js';
import type { ServerLimits } from './limits/server-limits.js';
import { shapeHook } from './limits/shape-hook.js';
import { cutSlowReaders } from './limits/slow-readers.js';
import { type SocketTiming, socketTiming } from './limits/socket-timing.js';
import { Turns } from './limits/turns.js';
import { watchLoad } from './limits/watch-load.js';
import { type LiveTiming, liveTiming } from './live/live-timing.js';
import { mountLive } from './live/mount-live.js';
import { ResultFormatter } from './live/result-formatter.js';
import { SharedResults } from './live/shared-results.js';
import { ValidDocuments } from './live/valid-documents.js';
import { refusal } from './refusal.js';
import { nodeServer } from './node-server.js';
import { settleStatus } from './request-error-status.js';

export interface HttpServerOptions {
  readonly gateway: Gateway;
  /** Who is let in. */
  readonly entrance: Entrance;
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
  readonly timing?: LiveTiming;
  readonly socketTiming?: SocketTiming;
  /** What rates are measured by, in milliseconds; a clock that nobody sets back. */
  readonly elapsedMs?: () => number;
  /** How the process is; only tests give another one. */
  readonly probes?: Probes;
  readonly logger: FastifyBaseLogger;
}

const graphqlPath = '/graphql';

/** The HTTP side of the gateway; it does not listen yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { gateway, entrance, schema, introspection, limits, logger } = options;
  const waits = options.socketTiming ?? socketTiming;
  const probes = options.probes ?? processProbes();
  const turns = new Turns(() => performance.now());
  const load = new LoadGauge(loadLimits, probes, turns);
  const exchanges = new Exchanges();
  const app = fastify({
    serverFactory: (handle) =>
      nodeServer(waits, cutSendersAhead(refuseOverload(handle, load, { spared: healthPaths, cors: options.cors }), exchanges)),
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyKb === 0 ? Number.MAX_SAFE_INTEGER : limits.bodyKb * 1024,
    clientErrorHandler: answerClientError,
    // Answers under way are finished; connections that wait for another request are closed at once.
    forceCloseConnections: 'idle',
    // What fails before there is a route, such as a path that is no URL.
    frameworkErrors: (error, _request, reply: FastifyReply) => void reply.code(error.statusCode ?? 500).send(errorBody(error)),
  });
  watchLoad(app, load, probes);
  const guards = createGuards(limits, load, exchanges, options.elapsedMs ?? (() => performance.now()));
  const trusted = new DocumentGuard(options.trustedDocuments ?? null, (untrusted) =>
    app.log.warn(untrusted, 'a document is not in the manifest'),
  );
  readJsonOnly(app);
  cutSlowReaders(app, exchanges, waits);
  hearOut(app, waits);
  // A client that keeps its connection would keep the process: what is answered after the server stopped listening is the last.
  app.addHook('onSend', async (_request, reply) => {
    if (!app.server.listening) reply.header('connection', 'close');
  });
  prepareSessions(app);
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) app.log.error(error);
    return reply.code(status).send(errorBody(error));
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(refusal('There is nothing here.', 'BAD_USER_INPUT')));
  await app.register(helmet, {
    // Whoever ends TLS in front of the gateway decides for the host name.
    strictTransportSecurity: false,
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  if (options.cors.length > 0) await app.register(cors, { origin: [...options.cors], methods: ['GET', 'POST'], maxAge: 600 });
  allowPrivateNetwork(app);
  await app.register(explorer, { folder: options.explorerFolder ?? '', enabled: options.explorerFolder !== null });

  const report = (error: unknown, errorId: string): void => app.log.error({ err: error, errorId }, 'masked');
  const context = (session: Session): Operation => gateway.operation(session);
  const handle = await createGraphqlHandler(app, { schema, introspection, report, context });
  const authenticate = requireSession(entrance);
  const keyOf = ({ raw }: FastifyRequest, session: Session): string => callerKey(session, entrance.addressOf(presentedIn(raw)));
  app.route({
    url: graphqlPath,
    method: ['GET', 'POST'],
    onRequest: [
      countUnderWay(load, exchanges),
      awaitTurn(turns),
      // The pages are for everybody.
      async (request, reply) => (wantsPage(request) ? undefined : authenticate.call(app, request, reply)),
      rateHook(guards.operations, (request) => (wantsPage(request) ? null : keyOf(request, sessionOf(request)))),
    ],
    preHandler: [documentHook(trusted), shapeHook(guards.shape)],
    onSend: settleStatus,
    handler: (request, reply) => (wantsPage(request) ? sendLandingPage(reply) : handle(request, reply)),
  });
  app.route({
    url: graphqlPath,
    method: ['PUT', 'PATCH', 'DELETE'],
    // Whatever the body is, it is not read.
    onRequest: refuseMethod,
    handler: refuseMethod,
  });
  const mayIntrospect = (session: Session): boolean => introspection || session.has('introspect');
  const toReaders = new ResultFormatter(createErrorFormatter({ introspection: true, report }));
  const toOthers = new ResultFormatter(createErrorFormatter({ introspection: false, report }));
  mountLive(app, graphqlPath, {
    schema,
    mayIntrospect,
    limits,
    guards,
    trusted,
    origins: options.cors,
    entrance,
    context,
    documents: new ValidDocuments(),
    results: new SharedResults(),
    formatterOf: (session) => (mayIntrospect(session) ? toReaders : toOthers),
    timing: options.timing ?? liveTiming,
    log: app.log,
  });
  // After the subscriptions: until then, connections are still accepted.
  closeUnusedConnections(app);
  mountHealth(app, entrance, gateway);
  mountAudit(app, entrance, gateway.audit);
  return app;
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return reply
    .code(405)
    .header('allow', 'GET, POST')
    .send(refusal('The method of a request is POST, or GET for a query.', 'BAD_USER_INPUT'));
}
