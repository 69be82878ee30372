import { pino } from 'pino';
import { stringify } from 'yaml';

import { type RunningGateway, startGateway } from '../../src/cli/start-gateway.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import type { CreateExecutor } from '../../src/execution/compiled-executor.js';
import type { Scheduler } from '../../src/lib/scheduler.js';
import type { PlaneRequest, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { AstraSimulator } from '../../src/sources/astra/simulator/astra-simulator.js';
import { CatalogSimulator } from '../../src/sources/catalog/simulator/catalog-simulator.js';
import { sourceModules } from '../../src/sources/registry.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import type { Store } from '../../src/store/store.js';
import { idleProbes } from './doubles/idle-probes.js';
import { bearer, type Callers, keysOf } from './callers.js';
import { type GraphQLAnswer, post } from './post.js';
import { buildTestSchema } from './test-schema.js';
import { hangMs } from './wait-until.js';

/** The planes of the demo, by the names of their sources. */
export interface Planes {
  readonly 'catalog-demo': CatalogSimulator;
  readonly 'astra-demo': AstraSimulator;
  readonly 'vcf-sfo': VcfSimulator;
  readonly 'vcf-lax': VcfSimulator;
}

export type PlaneName = keyof Planes;

export interface WorldOptions {
  readonly seed?: number;
  /** Keys of the configuration that replace those of the test's own. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Keys of a source that replace its own. */
  readonly sources?: Readonly<Partial<Record<PlaneName, Readonly<Record<string, unknown>>>>>;
  /** Made with the clock of the world; in memory where absent. */
  readonly store?: (now: () => number) => Store;
  /** Callers with keys, by id, and what they may do; without them nobody is asked who they are. */
  readonly callers?: Callers;
  /** By how much the clocks of the planes are ahead of that of the gateway, in milliseconds. */
  readonly skewMs?: number;
  /** From where on it is logged; warnings and worse where absent. */
  readonly logLevel?: 'info' | 'warn';
  /** From 0 to 1, for every jitter; 0 where absent, so that nothing waits before it asks again. */
  readonly random?: () => number;
  /** For what the gateway does later; real time where absent. */
  readonly scheduler?: Scheduler;
  /** What executes operations; as in production where absent. */
  readonly createExecutor?: CreateExecutor;
  /** Whether answers are kept for equal requests; true where absent. */
  readonly keepAnswers?: boolean;
}

const kinds = { 'catalog-demo': 'catalog', 'astra-demo': 'astra', 'vcf-sfo': 'vcf', 'vcf-lax': 'vcf' } as const;
const logIns = ['/service-account-token', '/v1/tokens'];

/** Four simulated planes, a gateway in front of them that listens on loopback, and one clock for all that only the test moves. */
export class World {
  readonly planes: Planes;
  /** What the gateway logged. */
  readonly log: string[];
  readonly #clock: { now: number; setBy: number };
  readonly #startGateway: () => Promise<RunningGateway>;
  #gateway: RunningGateway;

  private constructor(
    planes: Planes,
    startGateway: () => Promise<RunningGateway>,
    gateway: RunningGateway,
    log: string[],
    clock: { now: number; setBy: number },
  ) {
    this.planes = planes;
    this.#startGateway = startGateway;
    this.#gateway = gateway;
    this.log = log;
    this.#clock = clock;
  }

  static async start({
    seed = 1,
    configuration = {},
    sources = {},
    store,
    callers,
    skewMs = 0,
    logLevel = 'warn',
    random = () => 0,
    scheduler,
    createExecutor,
    keepAnswers,
  }: WorldOptions = {}): Promise<World> {
    const clock = { now: Date.UTC(2026, 10, 21, 8), setBy: 0 };
    const now = (): number => clock.now + clock.setBy;
    const monotonic = (): number => clock.now;
    const ofPlanes = { seed, now: () => clock.now + skewMs };
    const log: string[] = [];
    const [catalog, astra, sfo, lax] = await Promise.all([
      CatalogSimulator.start({ ...ofPlanes, name: 'catalog-demo' }),
      AstraSimulator.start({ ...ofPlanes, name: 'astra-demo' }),
      VcfSimulator.start({ ...ofPlanes, name: 'vcf-sfo' }),
      VcfSimulator.start({ ...ofPlanes, name: 'vcf-lax' }),
    ]);
    const planes: Planes = { 'catalog-demo': catalog, 'astra-demo': astra, 'vcf-sfo': sfo, 'vcf-lax': lax };
    const text = stringify({
      server: { port: 0 },
      graphql: { introspection: true },
      auth: callers === undefined ? { mode: 'none' } : keysOf(callers),
      store: { kind: 'memory' },
      sources: names.map((name) => ({
        name,
        kind: kinds[name],
        url: planes[name].url,
        ...planes[name].settings,
        timeoutMs: hangMs,
        ...sources[name],
      })),
      ...configuration,
      // The clock of rates is the machine's own, and tests ask as fast as they can.
      limits: { operationsPerSecond: 0, actionsPerMinute: 0, ...sectionOf(configuration, 'limits') },
      // No machine of tests is too slow for a list, either.
      reads: { waitMs: hangMs, ...sectionOf(configuration, 'reads') },
    });
    const start = (): Promise<RunningGateway> => {
      const loaded = loadConfiguration({ file: 'test.yaml', text, environment: {}, readFile: refuse, modules: sourceModules });
      return startGateway({
        configuration: loaded,
        modules: sourceModules,
        schema: buildTestSchema(sourceModules, loaded.federation),
        explorerFolder: 'dist/explorer',
        logger: pino({ level: logLevel }, { write: (line: string) => void log.push(line) }),
        now,
        monotonic,
        probes: idleProbes,
        random,
        ...(scheduler && { scheduler }),
        ...(createExecutor && { createExecutor }),
        ...(keepAnswers !== undefined && { keepAnswers }),
        ...(store && { store: store(now) }),
      });
    };
    return new World(planes, start, await start(), log, clock);
  }

  get gateway(): RunningGateway {
    return this.#gateway;
  }

  /** The gateway ends and is started again; meanwhile the planes go on. */
  async restart(meanwhile: () => void = () => undefined): Promise<void> {
    await this.#gateway.close();
    meanwhile();
    this.#gateway = await this.#startGateway();
  }

  /** Milliseconds since 1970, for the gateway. */
  get now(): number {
    return this.#clock.now + this.#clock.setBy;
  }

  /** Somebody sets the wall clock of the gateway on, or back; no time passes. */
  setClock(ms: number): void {
    this.#clock.setBy += ms;
  }

  /** Moves the clock alone: tokens and data grow old, tasks stay as they are. */
  passTime(ms: number): void {
    this.#clock.now += ms;
  }

  /** Moves the clock, and the tasks of every plane with it. */
  advance(ms: number): void {
    this.#clock.now += ms;
    for (const name of names) this.planes[name].advance(ms);
  }

  /** One operation over HTTP, of a caller where there are any. */
  graphql(query: string, variables: Readonly<Record<string, unknown>> = {}, caller?: string): Promise<GraphQLAnswer> {
    return post(`${this.gateway.origin}/graphql`, { query, variables }, caller === undefined ? {} : bearer(caller));
  }

  /** Calls to the task routes of a plane so far; log-ins are not counted. */
  calls(name: PlaneName): readonly PlaneRequest[] {
    return serverOf(this.planes[name]).calls.filter(({ path }) => !logIns.some((logIn) => path.startsWith(logIn)));
  }

  /** Forgets the calls so far. */
  forgetCalls(): void {
    for (const name of names) serverOf(this.planes[name]).calls.length = 0;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await Promise.all(names.map((name) => this.planes[name].close()));
  }
}

const names = Object.keys(kinds) as readonly PlaneName[];

function serverOf(plane: { readonly server: PlaneServer }): PlaneServer {
  return plane.server;
}

function sectionOf(configuration: Readonly<Record<string, unknown>>, name: string): object {
  const section = configuration[name];
  return typeof section === 'object' && section !== null ? section : {};
}

function refuse(path: string): never {
  throw new Error(`The test has no file ${path}.`);
}
