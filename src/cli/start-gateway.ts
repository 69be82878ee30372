import type { AddressInfo } from 'node:net';

import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { Configuration, SourceConfiguration } from '../config/configuration.js';
import type { CreateExecutor } from '../execution/compiled-executor.js';
import { createMissingTokenSource } from '../gateway/caller-tokens.js';
import { Gateway, type GatewaySource } from '../gateway/gateway.js';
import type { Log } from '../gateway/log.js';
import { warmUpValidation } from '../graphql/build-schema.js';
import { type Scheduler, timerScheduler } from '../lib/scheduler.js';
import { findErrorCode, StoreUnavailableError } from '../model/errors.js';
import type { openPostgresReplicas } from '../replication/postgres-replicas.js';
import type { ReplicaRole, Replicas } from '../replication/replicas.js';
import type { AuthenticationSettings } from '../server/authentication/authentication-settings.js';
import { Authenticator } from '../server/authentication/authenticator.js';
import type { DemoControl } from '../server/demo-routes.js';
import { createHttpServer } from '../server/http-server.js';
import type { ProcessProbes } from '../server/process-probes.js';
import type { Source } from '../sources/source.js';
import type { SourceModule } from '../sources/source-module.js';
import { describeStore, openStore } from '../store/open-store.js';
import { StoreAvailability, StoreOutageError } from '../store/store-availability.js';
import type { PostgresStoreSettings, Store, StoreSettings, TrackingStore } from '../store/store.js';
import { fetchPublicDocument } from '../upstream/public-requests.js';
import type { SourceClock } from '../upstream/source-settings.js';
import { requireValidDocuments } from './check-documents.js';
import { CommandError, exitCode } from './command.js';
import { RenewableSettings, RenewableSource } from './renewable-source.js';
import { buildServedSchema } from './schema.js';
import { orStoreFailure } from './store.js';

interface StartGatewayOptions {
  readonly configuration: Configuration;
  readonly modules: readonly SourceModule[];
  readonly explorerFolder: string;
  readonly logger: FastifyBaseLogger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that is never set, as performance.now; `now` by default. */
  readonly monotonic?: () => number;
  /** The schema to serve; by default it is built from the modules. */
  readonly schema?: GraphQLSchema;
  /** By default the store of the configuration. */
  readonly store?: Store;
  /** For everything that runs later, such as polls; real time by default. */
  readonly scheduler?: Scheduler;
  /** The measurements of the process by which overload is detected; the real ones by default. */
  readonly probes?: ProcessProbes;
  /** What executes operations that come again; by default compiled functions. */
  readonly createExecutor?: CreateExecutor;
  /** Whether answers are kept for equal requests; true by default. */
  readonly keepAnswers?: boolean;
  /** Only in the demo: how its planes are broken and mended. */
  readonly demo?: DemoControl | undefined;
  /** From 0 to 1, for every jitter; Math.random by default. */
  readonly random?: () => number;
  /** Called before each request to a plane; it may replace settings of sources. */
  readonly beforeRequest?: () => void;
}

/** A gateway that listens. */
export interface RunningGateway {
  /** `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** Replaces the access settings, for open connections as well; false when the mode differs, and then nothing changes. */
  replaceAccess(auth: AuthenticationSettings): boolean;
  /** Reads the public keys of all issuers again, and trusts none of those that are known; false where there is no issuer. */
  forgetIssuerKeys(): boolean;
  /** Uses other credentials, certificates and proxy for the source of this name, and tries them at once where it is polled. */
  replaceSource(configuration: SourceConfiguration): number;
  /** Uses another password and other authorities for new connections to the database. */
  replaceStore(settings: StoreSettings): void;
  /** Finishes the requests in flight and closes every connection. */
  close(): Promise<void>;
}

/** Builds a gateway from its configuration and lets it listen. No plane is called before a client asks, unless history is always recorded. */
export async function startGateway(options: StartGatewayOptions): Promise<RunningGateway> {
  const { configuration, modules, explorerFolder, logger } = options;
  const { scheduler = timerScheduler, random = Math.random, monotonic = options.now } = options;
  // Times from elsewhere (tokens, planes) are compared with the wall clock; everything else uses a clock that is never set back.
  const now = monotonicWallClock(options.now, monotonic);
  const { server, graphql, limits, reads } = configuration;
  const schema = options.schema ?? buildServedSchema(modules, configuration.federation);
  requireValidDocuments(graphql.trustedDocuments, schema);
  const host = server.host.replace(/^\[(.*)\]$/, '$1');
  const log = createGatewayLog(logger);
  const report = (error: unknown): void => log.internalError(error);
  const availability = new StoreAvailability(now, createStoreLog(logger, configuration.store));
  let currentStore: StoreSettings = configuration.store;
  const storeSettings = followStoreSettings(() => currentStore);
  const onLongMigration = (): void =>
    logger.info(
      { store: storeSettings.kind },
      `The tables of the store ${describeStore(storeSettings)} are being migrated to this version, here or by another process; the gateway starts afterwards.`,
    );
  const onNewStore = (): void =>
    logger.info(
      { store: storeSettings.kind },
      `There was no store ${describeStore(storeSettings)} yet: a new one begins, which knows of no earlier action.`,
    );
  const storeEnvironment = { now, scheduler, availability, onLongMigration, onNewStore };
  const store = options.store ?? (await orStoreFailure(() => openStore(storeSettings, storeEnvironment)));
  const { beforeRequest = () => undefined } = options;
  const settings = new Map(
    configuration.sources.map((one) => [one.common.name, new RenewableSettings(one, { beforeRequest, monotonic })] as const),
  );
  const sources = [...settings.values()].map((one) => createGatewaySource(one, { now: options.now, monotonic, random }));
  await orStoreFailure(() => trackInitialTasks(sources, store.tracking));
  const replicas = await openReplicas(storeSettings, { now, scheduler, random, availability, report, onRole: createRoleLogger(logger) });
  const gateway = new Gateway({
    sources,
    store,
    ...(replicas && { replicas }),
    reads: { maxAgeMs: reads.maxAgeMs, maxAgeFloorMs: reads.minAgeMs, waitMs: reads.waitMs },
    limits,
    clock: { now, scheduler, random },
    log,
  });
  const issuerClocks = new Map<string, number>();
  const authenticator = new Authenticator({
    access: configuration.auth,
    trustedProxies: server.trustedProxies,
    fetchPublicDocument: (url) =>
      fetchPublicDocument(url, ({ clockAheadMs }) => void (clockAheadMs !== null && issuerClocks.set(url.href, clockAheadMs))),
    issuerClockAheadMs: ({ href }) => issuerClocks.get(href) ?? null,
    now: options.now,
    monotonic,
    scheduler,
    warn: (fields, message) => logger.warn(fields, message),
  });
  const app = await createHttpServer({
    gateway,
    api: {
      schema,
      introspection: graphql.introspection,
      explorerFolder: graphql.explorer ? explorerFolder : null,
      basePath: server.basePath ?? '',
      demo: options.demo,
    },
    transfer: { keepAliveMs: server.keepAliveMs, compression: server.compression },
    admission: {
      authenticator,
      cors: server.cors,
      limits,
      onlyLocalHosts: configuration.auth.mode === 'none',
      trustedDocuments: graphql.trustedDocuments ?? null,
    },
    environment: {
      ...(options.probes && { probes: options.probes }),
      ...(options.createExecutor && { createExecutor: options.createExecutor }),
      ...(options.keepAnswers !== undefined && { keepAnswers: options.keepAnswers }),
    },
    // Fastify would log every request.
    logger: logger.child({}, { level: logger.level === 'error' ? 'error' : 'warn' }),
  });
  try {
    await app.listen({ host, port: server.port });
  } catch (error) {
    await app.close();
    await gateway.close();
    throw new CommandError(exitCode.failed, explainListenError(error, host, server.port), error);
  }
  gateway.start(configuration.store);
  if (options.schema === undefined) void warmUpValidation(schema);
  return {
    origin: formatOrigin(host, app.server.address()),
    replaceAccess: (auth) => authenticator.replace(auth),
    forgetIssuerKeys: () => authenticator.forgetIssuerKeys(),
    replaceSource: (source) => {
      const { name } = source.common;
      const waitMs = settings.get(name)?.replace(source) ?? 0;
      scheduler.after(waitMs, () => gateway.pollNow(name));
      return waitMs;
    },
    replaceStore: (settings) => {
      currentStore = settings;
    },
    close: async () => {
      await app.close();
      authenticator.close();
      await gateway.close();
    },
  };
}

/** A store that must not be written before an operator confirms it can be read until then: the tasks are tracked at the next start. */
async function trackInitialTasks(sources: readonly GatewaySource[], tracking: TrackingStore): Promise<void> {
  try {
    for (const { source } of sources) for (const id of source.initialTaskIds ?? []) await tracking.track(source.name, id);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError && error.cause instanceof StoreOutageError)) throw error;
  }
}

/** The other processes that share the store; null when it belongs to one process, which then loads nothing of this. */
async function openReplicas(store: StoreSettings, environment: Parameters<typeof openPostgresReplicas>[1]): Promise<Replicas | null> {
  if (store.kind !== 'postgres') return null;
  const { openPostgresReplicas } = await import('../replication/postgres-replicas.js');
  return openPostgresReplicas(store, environment);
}

/** Settings whose secrets are read when a connection is opened. */
function followStoreSettings(read: () => StoreSettings): StoreSettings {
  const first = read();
  if (first.kind !== 'postgres') return first;
  const current = (): PostgresStoreSettings => {
    const settings = read();
    return settings.kind === 'postgres' ? settings : first;
  };
  return {
    ...first,
    get url() {
      return current().url;
    },
    get tls() {
      return current().tls;
    },
  };
}

function formatOrigin(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Why the gateway cannot listen, and which option helps. */
export function explainListenError(error: unknown, host: string, port: number): string {
  const code = findErrorCode(error) ?? 'unknown reason';
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is taken: choose another with --port, or --port 0 for a free one.`;
  if (code === 'EACCES') return `This user may not listen on port ${port}: choose another with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is not an address of this machine: choose another with --host.`;
  return `Cannot listen on port ${port} of ${host} (${code}): choose others with --port and --host.`;
}

/** Creates a source with the credentials of the configuration, or one for callers with their own tokens. */
function createGatewaySource(settings: RenewableSettings, clock: SourceClock): GatewaySource {
  const { poll, passthrough } = settings.current();
  if (!passthrough) {
    return { source: new RenewableSource(settings, (one) => one.module.create({ ...one.common, clock }, one.settings)), poll };
  }
  const withToken = (token: string): Source => new RenewableSource(settings, (one) => createWithToken(one, clock, token));
  return { source: createMissingTokenSource(withToken('')), poll, withToken };
}

function createWithToken({ module, common, settings }: SourceConfiguration, clock: SourceClock, token: string): Source {
  const source = module.createWithToken?.({ ...common, clock }, settings, token);
  if (source === undefined) throw new Error(`Sources of kind ${module.kind} do not accept tokens of callers.`);
  return source;
}

/** Logs a warning when a source fails, information when it recovers and for every action, and a warning for a flood of refusals. */
function createGatewayLog(logger: FastifyBaseLogger): Log {
  return {
    sourceChanged: ({ sourceName, state, problem, causeCode }) => {
      if (problem === null) return logger.info({ source: sourceName }, `${sourceName} answers again.`);
      const { kind, httpStatus, message } = problem;
      const verb = state === 'fails' ? 'fails' : 'answers in part';
      logger.warn({ source: sourceName, problem: kind, httpStatus, causeCode }, `${sourceName} ${verb}: ${message}`);
    },
    // An outage of the store is logged when it begins.
    internalError: (error) => (error instanceof StoreUnavailableError ? logger.debug(error) : logger.error(error)),
    actionFinished: (action) => logger.info(action, `${action.mutation} was ${action.outcome}.`),
    refusalsCounted: ({ caller, since, refused }) => {
      const count = refused.reduce((sum, one) => sum + one.count, 0);
      logger.warn({ caller, since: new Date(since).toISOString(), refused }, `${count} more actions of ${caller} were refused.`);
    },
  };
}

/** Logs when the store ceases to be usable, and when it is back. */
function createStoreLog(logger: FastifyBaseLogger, settings: StoreSettings): ConstructorParameters<typeof StoreAvailability>[1] {
  const store = settings.kind;
  return {
    onLost: (reason) =>
      logger.error(
        { store, reason },
        `The store ${describeStore(settings)} cannot be used: ${reason}. Actions are refused until it is back.`,
      ),
    onRestored: (afterMs) => logger.info({ store, afterMs }, `The store is back after ${Math.round(afterMs / 1_000)} s.`),
  };
}

/** Logs which process polls a source, whenever that changes for this process. */
function createRoleLogger(logger: FastifyBaseLogger): (sourceName: string, role: ReplicaRole) => void {
  return (source, role) => {
    const line = { source, role: loggedRoles[role] };
    if (role === 'standalone') {
      logger.warn(line, `The store is unreachable: this process polls ${source} itself, as every other process does.`);
    } else logger.info(line, `This process ${roleDescriptions[role](source)}.`);
  };
}

/** The roles as the log names them, which operators search for: docs/replicas.md. */
const loggedRoles: Readonly<Record<ReplicaRole, string>> = { idle: 'idle', leader: 'polls', follower: 'follows', standalone: 'alone' };

const roleDescriptions = {
  idle: (source: string) => `no longer follows ${source}`,
  leader: (source: string) => `polls ${source} for all processes`,
  follower: (source: string) => `lets another process poll ${source}`,
} as const;

/** How fast `monotonicWallClock` advances while the wall clock is behind it; 1 is the pace of real time. */
const minimumPace = 0.9;

/**
 * The wall clock, made monotonic: it never goes back and never stands still, so that the age of cached data and the length of a wait stay
 * right when the clock of the machine is set back. It then advances a tenth slower until that clock has caught up. When the clock is set
 * forward it follows at once; everything cached is then stale, which is safe.
 *
 * @param now milliseconds since 1970, as Date.now.
 * @param monotonic milliseconds that never go back, as performance.now.
 */
export function monotonicWallClock(now: () => number, monotonic: () => number): () => number {
  let [time, at] = [now(), monotonic()];
  return () => {
    const latest = monotonic();
    time = Math.max(now(), time + minimumPace * Math.max(0, latest - at));
    at = latest;
    return Math.floor(time);
  };
}
