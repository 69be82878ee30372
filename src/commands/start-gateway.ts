import type { AddressInfo } from 'node:net';

import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { AuthConfiguration, Configuration } from '../config/configuration.js';
import { LedgerError } from '../ledger/ledger-error.js';
import { type LedgerSurroundings, openLedger, type Store } from '../ledger/open-ledger.js';
import { openReplicas } from '../ledger/open-replicas.js';
import { Entrance } from '../server/authentication/entrance.js';
import { createHttpServer } from '../server/http-server.js';
import type { Probes } from '../server/limits/process-probes.js';
import { Gateway } from '../task/gateway.js';
import type { Ledger } from '../task/ledger.js';
import type { SourceModule } from '../task/source/source-module.js';
import type { Scheduler } from '../task/watch/scheduler.js';
import { timerScheduler } from '../task/watch/timer-scheduler.js';
import { readDocument } from '../upstream/read-document.js';
import { CommandError, exitCode } from './exit-code.js';
import { forwardClock } from './forward-clock.js';
import { gatewaySource } from './gateway-source.js';
import { logLines } from './log-lines.js';
import { roleLines } from './role-lines.js';
import { servedSchema } from './served-schema.js';

export interface GatewaySettings {
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
  readonly ledger?: Ledger;
  /** What polls by; real time where none is given. */
  readonly scheduler?: Scheduler;
  /** How the process is; the real one where none is given. */
  readonly probes?: Probes;
  /** From 0 to 1, for every jitter; Math.random where none is given. */
  readonly random?: () => number;
}

/** A gateway that listens. */
export interface RunningGateway {
  /** `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** Changes who is let in, also for who came in before; false: the mode is another one, and nothing changed. */
  replaceAccess(auth: AuthConfiguration): boolean;
  /** Finishes what is under way and closes every connection. */
  close(): Promise<void>;
}

/** Everything put together. No plane is asked before a client asks. */
export async function startGateway(options: GatewaySettings): Promise<RunningGateway> {
  const { configuration, modules, explorerFolder, logger } = options;
  const { scheduler = timerScheduler, random = Math.random, steady = options.now } = options;
  // What is told of time by others is compared with the time of the machine; all else goes by a clock that nobody sets back.
  const now = forwardClock(options.now, steady);
  const { server, graphql, limits, reads } = configuration;
  const host = server.host.replace(/^\[(.*)\]$/, '$1');
  const report = (error: unknown): void => logger.error(error);
  const ledger = options.ledger ?? (await open(configuration.store, { now, report }));
  const sources = configuration.sources.map((one) => gatewaySource(one, { now: options.now, steady, random }));
  for (const { source } of sources) for (const id of source.initialTaskIds ?? []) await ledger.track(source.name, id);
  const replicas = openReplicas(configuration.store, { now, scheduler, random, report, onRole: roleLines(logger) });
  const gateway = new Gateway({
    sources,
    ledger,
    ...(replicas && { replicas }),
    reads,
    actionsPerMinute: limits.actionsPerMinute,
    tasksById: limits.tasksById,
    values: limits.values,
    rawKb: limits.rawKb,
    now,
    scheduler,
    random,
    report,
    log: logLines(logger),
  });
  const entrance = new Entrance({ access: configuration.auth, trustedProxies: server.trustedProxies, readDocument, now: options.now });
  const schema = options.schema ?? servedSchema(modules, configuration.federation);
  const app = await createHttpServer({
    gateway,
    entrance,
    schema,
    introspection: graphql.introspection,
    trustedDocuments: graphql.trustedDocuments ?? null,
    explorerFolder: graphql.explorer ? explorerFolder : null,
    cors: server.cors,
    limits,
    ...(options.probes && { probes: options.probes }),
    // Of its own accord Fastify tells of its warnings only.
    logger: logger.child({}, { level: 'warn' }),
  });
  try {
    await app.listen({ host, port: server.port });
  } catch (error) {
    await app.close();
    await gateway.close();
    throw new CommandError(exitCode.failed, reasonNotToListen(error, host, server.port), error);
  }
  gateway.start(configuration.store);
  return {
    origin: originOf(host, app.server.address()),
    replaceAccess: (auth) => entrance.replace(auth),
    close: async () => {
      await app.close();
      await gateway.close();
    },
  };
}

async function open(store: Store, surroundings: LedgerSurroundings): Promise<Ledger> {
  try {
    return await openLedger(store, surroundings);
  } catch (error) {
    if (error instanceof LedgerError) throw new CommandError(exitCode.failed, error.message, error);
    throw error;
  }
}

function originOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Why it cannot listen, and the option that helps. */
function reasonNotToListen(error: unknown, host: string, port: number): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is taken: choose another with --port, or --port 0 for a free one.`;
  if (code === 'EACCES') return `This user may not listen on port ${port}: choose another with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine: choose another with --host.`;
  return `Cannot listen on port ${port} of ${host} (${code}): choose others with --port and --host.`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
