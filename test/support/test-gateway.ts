import { pino } from 'pino';
import { stringify } from 'yaml';

import { type RunningGateway, startGateway } from '../../src/cli/start-gateway.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { sourceModules } from '../../src/sources/registry.js';
import type { Scheduler } from '../../src/lib/scheduler.js';
import type { SourceModule } from '../../src/sources/source-module.js';
import { idleProbes } from './doubles/idle-probes.js';
import { type GraphQLAnswer, post } from './post.js';
import { buildTestSchema } from './test-schema.js';
import { hangMs } from './wait-until.js';

/** A gateway that listens, and what it logged. */
export interface TestGateway {
  readonly gateway: RunningGateway;
  /** Warnings and errors, without those that a plane fails; a gateway that understands its planes has none. */
  readonly log: string[];
  graphql(query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphQLAnswer>;
}

export interface TestGatewayOptions {
  readonly now?: () => number;
  readonly modules?: readonly SourceModule[];
  /** Keys of the configuration that replace those of the test's own. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Real time where absent. */
  readonly scheduler?: Scheduler;
  /** The files that the configuration names; none where absent. */
  readonly readFile?: (path: string) => string;
  /** `warn` by default. */
  readonly logLevel?: 'info' | 'warn';
}

/** A gateway in front of any planes, given as entries of the configuration's `sources`. */
export async function startTestGateway(
  sources: readonly Readonly<Record<string, unknown>>[],
  { now = Date.now, modules = sourceModules, configuration = {}, scheduler, readFile = refuse, logLevel = 'warn' }: TestGatewayOptions = {},
): Promise<TestGateway> {
  const log: string[] = [];
  const limits = { tokens: 0, selections: 0, operationsPerSecond: 0, actionsPerMinute: 0 };
  const own = { server: { port: 0 }, auth: { mode: 'none' }, store: { kind: 'memory' }, limits, reads: { waitMs: hangMs } };
  const patient = sources.map((source) => ({ timeoutMs: hangMs, ...source }));
  const text = stringify({ ...own, sources: patient, ...configuration });
  const loaded = loadConfiguration({ file: 'test.yaml', text, environment: {}, readFile, modules });
  const gateway = await startGateway({
    configuration: loaded,
    modules,
    schema: buildTestSchema(modules, loaded.federation),
    explorerFolder: 'dist/explorer',
    logger: pino({ level: logLevel }, { write: (line: string) => void (isOfPlane(line) || log.push(line)) }),
    now,
    ...(scheduler && { scheduler }),
    probes: idleProbes,
    // The plane's own Retry-After is kept; no pause beyond it.
    random: () => 0,
  });
  return { gateway, log, graphql: (query, variables = {}) => post(`${gateway.origin}/graphql`, { query, variables }) };
}

/** Whether a line says how a plane answers, which is told in the outcomes too. */
function isOfPlane(line: string): boolean {
  const { source, problem }: { readonly source?: unknown; readonly problem?: unknown } = JSON.parse(line);
  return source !== undefined && problem !== undefined;
}

function refuse(path: string): never {
  throw new Error(`The test has no file ${path}.`);
}
