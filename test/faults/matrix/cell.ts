import { readFileSync } from 'node:fs';

import { pino } from 'pino';
import { stringify } from 'yaml';

import { type RunningGateway, startGateway } from '../../../src/cli/start-gateway.js';
import { loadConfiguration } from '../../../src/config/load-configuration.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { Random } from '../../../src/sources/simulation/random.js';
import { sourceModules } from '../../../src/sources/registry.js';
import type { SourceModule } from '../../../src/sources/source-module.js';
import { idleProbes } from '../../support/doubles/idle-probes.js';
import { type GraphQLAnswer, post } from '../../support/post.js';
import { buildTestSchema } from '../../support/test-schema.js';
import { ToxicProxy } from '../toxic-proxy.js';
import { type Kind, kinds, type MatrixFault, type OperationName, type FaultContext } from './fault.js';
import { NamedHost, namedHost } from './named-host.js';
import type { Planes } from './planes.js';
import { collectSecrets } from './collect-secrets.js';
import { noOperationLimits } from './no-operation-limits.js';

/** The deadline of a faulty source unless the fault sets another, in milliseconds. */
export const defaultDeadlineMs = 1_000;
/** The poll interval in milliseconds. */
export const pollMs = 150;

export interface CellOptions {
  readonly planes: Planes;
  /** The fault of each faulty source. */
  readonly faults: Readonly<Partial<Record<Kind, MatrixFault>>>;
  readonly operation: OperationName;
  readonly seed: number;
  /** The source modules, for tests that seed a bug into one. */
  readonly modules?: readonly SourceModule[];
}

/** A gateway in front of four planes; the faulty ones are behind proxies. */
export class Cell {
  readonly log: string[] = [];
  readonly responses: string[] = [];
  readonly #proxies: ReadonlyMap<Kind, ToxicProxy>;
  readonly #options: CellOptions;
  readonly #host: NamedHost | null;
  readonly #cleanups: (() => unknown)[] = [];
  #gateway: RunningGateway | null = null;
  #clockMs = 0;
  #advancedMs = 0;

  private constructor(options: CellOptions, proxies: ReadonlyMap<Kind, ToxicProxy>) {
    this.#options = options;
    this.#proxies = proxies;
    this.#host = Object.values(options.faults).some(({ reached }) => reached === 'by name') ? new NamedHost() : null;
  }

  static async start(options: CellOptions): Promise<Cell> {
    const { planes, faults } = options;
    const proxies = new Map<Kind, ToxicProxy>();
    for (const kind of kinds) {
      const fault = faults[kind];
      if (fault === undefined) continue;
      proxies.set(kind, await ToxicProxy.start(planes[kind].url, fault.reached === 'with TLS' ? planes.certificates?.good : undefined));
    }
    const cell = new Cell(options, proxies);
    await cell.#start();
    return cell;
  }

  get host(): string {
    return (this.#gateway?.origin ?? '').slice('http://'.length);
  }

  proxy(kind: Kind): ToxicProxy {
    const proxy = this.#proxies.get(kind);
    if (proxy === undefined) throw new Error(`${kind} has no proxy.`);
    return proxy;
  }

  /** Advances the monotonic clock of the gateway, for example past the open time of a circuit breaker. */
  wait(ms: number): void {
    this.#advancedMs += ms;
  }

  /** Injects the fault. */
  async beginFault(kind: Kind): Promise<void> {
    const { faults, operation, planes, seed } = this.#options;
    const random = Random.named(seed, `${kind} ${operation} ${faults[kind]?.number}`);
    const context: FaultContext = {
      kind,
      operation,
      proxy: this.proxy(kind),
      host: this.#host ?? { lookup: 'unknown' },
      otherOrigin: planes.otherOrigin.url,
      badCertificates: planes.certificates?.bad ?? [],
      random: () => random.fraction(),
      setClock: (ms) => (this.#clockMs += ms),
      wait: (ms) => this.wait(ms),
      read: async () => void (await this.ask(`{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["${kind}"] }) { totalCount } }`)),
      atEnd: (act) => void this.#cleanups.push(act),
    };
    await faults[kind]?.begin(context);
  }

  async ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphQLAnswer> {
    const answer = await post(`http://${this.host}/graphql`, { query, variables });
    this.responses.push(JSON.stringify([answer.data, answer.errors]));
    return answer;
  }

  /** The credentials that must appear neither in a response nor in the log. */
  secrets(): readonly string[] {
    const { planes, faults } = this.#options;
    const faultyKinds = kinds.filter((kind) => faults[kind] !== undefined);
    return faultyKinds.flatMap((kind) => collectSecrets(planes[kind].settings, this.proxy(kind)));
  }

  async close(): Promise<void> {
    await this.#gateway?.close();
    for (const cleanUp of this.#cleanups) await cleanUp();
    for (const proxy of this.#proxies.values()) await proxy.close();
    this.#host?.restore();
  }

  async #start(): Promise<void> {
    const { planes, faults, modules = sourceModules } = this.#options;
    const poll = { activeMs: pollMs, idleMs: pollMs, fullMs: 60_000 };
    const sources = kinds.map((kind) => {
      const fault = faults[kind];
      const { settings, url } = planes[kind];
      if (fault === undefined) return { name: kind, kind, url, ...settings, poll };
      const { port, scheme } = this.proxy(kind);
      return {
        name: kind,
        kind,
        url: `${scheme}://${fault.reached === 'by name' ? namedHost : '127.0.0.1'}:${port}`,
        ...settings,
        timeoutMs: defaultDeadlineMs,
        poll,
        ...(scheme === 'https' && { tls: { caFile: planes.certificates?.authority } }),
        ...fault.settings,
      };
    });
    const text = stringify({
      server: { port: 0 },
      auth: { mode: 'none' },
      limits: noOperationLimits,
      store: { kind: 'memory' },
      sources: [...sources, { name: 'healthy', kind: 'vcf', url: planes.healthy.url, ...planes.healthy.settings, poll }],
    });
    const now = (): number => Date.now() + this.#clockMs;
    const configuration = loadConfiguration({
      file: 'matrix.yaml',
      text,
      environment: {},
      readFile: (file) => readFileSync(file, 'utf8'),
      modules,
    });
    this.#gateway = await startGateway({
      configuration,
      modules,
      schema: buildTestSchema(modules, configuration.federation),
      explorerFolder: 'dist/explorer',
      logger: pino({ level: 'info' }, { write: (line: string) => void this.log.push(line) }),
      now,
      monotonic: () => performance.now() + this.#advancedMs,
      random: () => 0.5,
      probes: idleProbes,
      store: new MemoryStore(now),
    });
  }
}
