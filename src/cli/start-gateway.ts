import type { AddressInfo } from 'node:net';

import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { Configuration, SourceConfiguration } from '../config/configuration.js';
import { MissingTokenSource } from '../gateway/caller-tokens.js';
import { Gateway, type GatewaySource } from '../gateway/gateway.js';
import type { Log } from '../gateway/log.js';
import { type Scheduler, timerScheduler } from '../lib/scheduler.js';
import { openReplicas } from '../replication/postgres-replicas.js';
import type { ReplicaRole } from '../replication/replicas.js';
import type { AuthenticationSettings } from '../server/authentication/authentication-settings.js';
import { Authenticator } from '../server/authentication/authenticator.js';
import type { ProcessProbes } from '../server/guards/process-probes.js';
import { createHttpServer } from '../server/http-server.js';
import type { SourceModule } from '../sources/source-module.js';
import { openStore } from '../store/open-store.js';
import { type Store, type StoreEnvironment, StoreError, type StoreSettings } from '../store/store.js';
import type { SourceClock } from '../upstream/connections.js';
import { fetchPublicDocument } from '../upstream/public-requests.js';
import { CommandError, exitCode } from './command-error.js';
import { buildServedSchema } from './schema.js';

export interface StartGatewayOptions {
  readonly configuration: Configuration;
  readonly modules: readonly SourceModule[];
  readonly explorerFolder: string;
  readonly logger: FastifyBaseLogger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that never go back; `now` where none is given, as in tests whose clock nobody sets. */
  readonly steady?: () => number;
  /** What is served; made of the modules where none is given. */
  readonly schema?: GraphQLSchema;
  /** What is kept; that of the configuration where none is given. */
  readonly store?: Store;
  /** What polls by; real time where none is given. */
  readonly scheduler?: Scheduler;
  /** How the process is; the real one where none is given. */
  readonly probes?: ProcessProbes;
  /** From 0 to 1, for every jitter; Math.random where none is given. */
  readonly random?: () => number;
}

/** A gateway that listens. */
export interface RunningGateway {
  /** `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** Changes who is let in, also for who came in before; false: the mode is another one, and nothing changed. */
  replaceAccess(auth: AuthenticationSettings): boolean;
  /** Finishes what is under way and closes every connection. */
  close(): Promise<void>;
}

/** Everything put together. No plane is asked before a client asks. */
export async function startGateway(options: StartGatewayOptions): Promise<RunningGateway> {
  const { configuration, modules, explorerFolder, logger } = options;
  const { scheduler = timerScheduler, random = Math.random, steady = options.now } = options;
  // What is told of time by others is compared with the time of the machine; all else goes by a clock that nobody sets back.
  const now = monotonicWallClock(options.now, steady);
  const { server, graphql, limits, reads } = configuration;
  const host = server.host.replace(/^\[(.*)\]$/, '$1');
  const report = (error: unknown): void => logger.error(error);
  const store = options.store ?? (await openConfiguredStore(configuration.store, { now, report }));
  const sources = configuration.sources.map((one) => createGatewaySource(one, { now: options.now, steady, random }));
  for (const { source } of sources) for (const id of source.initialTaskIds ?? []) await store.tracking.track(source.name, id);
  const replicas = openReplicas(configuration.store, { now, scheduler, random, report, onRole: createRoleLogger(logger) });
  const gateway = new Gateway({
    sources,
    store,
    ...(replicas && { replicas }),
    reads,
    limits,
    clock: { now, scheduler, random },
    log: createGatewayLog(logger),
  });
  const authenticator = new Authenticator({
    access: configuration.auth,
    trustedProxies: server.trustedProxies,
    fetchPublicDocument,
    now: options.now,
  });
  const schema = options.schema ?? buildServedSchema(modules, configuration.federation);
  const app = await createHttpServer({
    gateway,
    api: { schema, introspection: graphql.introspection, explorerFolder: graphql.explorer ? explorerFolder : null },
    admission: { authenticator, cors: server.cors, limits, trustedDocuments: graphql.trustedDocuments ?? null },
    ...(options.probes && { environment: { probes: options.probes } }),
    // Of its own accord Fastify tells of its warnings only.
    logger: logger.child({}, { level: 'warn' }),
  });
  try {
    await app.listen({ host, port: server.port });
  } catch (error) {
    await app.close();
    await gateway.close();
    throw new CommandError(exitCode.failed, explainListenError(error, host, server.port), error);
  }
  gateway.start(configuration.store);
  return {
    origin: formatOrigin(host, app.server.address()),
    replaceAccess: (auth) => authenticator.replace(auth),
    close: async () => {
      await app.close();
      await gateway.close();
    },
  };
}

async function openConfiguredStore(settings: StoreSettings, environment: StoreEnvironment): Promise<Store> {
  try {
    return await openStore(settings, environment);
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(exitCode.failed, error.message, error);
    throw error;
  }
}

function formatOrigin(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Why it cannot listen, and the option that helps. */
function explainListenError(error: unknown, host: string, port: number): string {
  const code = readErrorCode(error);
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is taken: choose another with --port, or --port 0 for a free one.`;
  if (code === 'EACCES') return `This user may not listen on port ${port}: choose another with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine: choose another with --host.`;
  return `Cannot listen on port ${port} of ${host} (${code}): choose others with --port and --host.`;
}

function readErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

/** A source as the gateway takes it: with the credentials of the configuration, or for callers with their own tokens. */
export function createGatewaySource(
  { module, connection, settings, poll, passthrough }: SourceConfiguration,
  clock: SourceClock,
): GatewaySource {
  const complete = { ...connection, clock };
  if (!passthrough) return { source: module.create(complete, settings), poll };
  const withToken = (token: string) => {
    const source = module.createWithToken?.(complete, settings, token);
    if (source === undefined) throw new Error(`Sources of kind ${module.kind} take no tokens of callers.`);
    return source;
  };
  return { source: new MissingTokenSource(withToken('')), poll, withToken };
}

/** The log as lines of JSON: a warning when a source gets worse, information when it recovers, one line an action, and a warning for refusals that are too many. */
export function createGatewayLog(logger: FastifyBaseLogger): Log {
  return {
    sourceChanged: ({ sourceName, state, problem, causeCode }) => {
      if (problem === null) return logger.info({ source: sourceName }, `${sourceName} answers again.`);
      const { kind, httpStatus, message } = problem;
      const words = state === 'fails' ? 'fails' : 'answers in part';
      logger.warn({ source: sourceName, problem: kind, httpStatus, causeCode }, `${sourceName} ${words}: ${message}`);
    },
    internalError: (error) => logger.error(error),
    acted: (action) => logger.info(action, `${action.mutation} was ${action.outcome}.`),
    refused: ({ caller, since, refused }) => {
      const count = refused.reduce((sum, one) => sum + one.count, 0);
      logger.warn({ caller, since: new Date(since).toISOString(), refused }, `Of ${caller}, ${count} more actions were refused.`);
    },
  };
}

/** Tells the log who polls a source, whenever that changes for this process. */
export function createRoleLogger(logger: FastifyBaseLogger): (sourceName: string, role: ReplicaRole) => void {
  return (source, role) => {
    const line = { source, role };
    if (role === 'alone') logger.warn(line, `The store is away: this process polls ${source} by itself, as all others do.`);
    else logger.info(line, `This process ${roleDescriptions[role]} ${source}.`);
  };
}

const roleDescriptions = {
  idle: 'no longer follows',
  polls: 'polls, for all processes,',
  follows: 'leaves it to another process to poll',
} as const;

/** How fast it goes at least, by the steady clock, while the wall clock is behind it. */
const minimumPace = 0.9;

/**
 * The wall clock, but one that never goes back and never stands still: what is known is as old as it is, and what waits does not wait
 * longer, when somebody sets the clock of the machine back. It then goes a tenth slower until that clock has caught up. Set forward,
 * it follows at once: everything that is known is old then, which is safe.
 *
 * @param now milliseconds since 1970, as Date.now.
 * @param steady milliseconds that never go back, as performance.now.
 */
export function monotonicWallClock(now: () => number, steady: () => number): () => number {
  let [time, at] = [now(), steady()];
  return () => {
    const latest = steady();
    time = Math.max(now(), time + minimumPace * Math.max(0, latest - at));
    at = latest;
    return Math.floor(time);
  };
}
