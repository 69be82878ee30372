import { pino } from 'pino';
import { stringify } from 'yaml';

import { type RunningGateway, startGateway } from '../../src/cli/start-gateway.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import type { StoreSettings } from '../../src/store/store.js';
import type { PlaneRequest } from '../../src/sources/simulation/plane-server.js';
import { CatalogSimulator } from '../../src/sources/catalog/simulator/catalog-simulator.js';
import { sourceModules } from '../../src/sources/registry.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { type Json, post } from '../support/post.js';
import { buildTestSchema } from '../support/test-schema.js';
import { hangMs } from '../support/wait-until.js';

/** Two planes that outlive the gateways in front of them. */
export class Site {
  readonly catalog: CatalogSimulator;
  readonly vcf: VcfSimulator;
  readonly #gateways: RunningGateway[] = [];

  private constructor(catalog: CatalogSimulator, vcf: VcfSimulator) {
    this.catalog = catalog;
    this.vcf = vcf;
  }

  static async start(): Promise<Site> {
    const [catalog, vcf] = await Promise.all([
      CatalogSimulator.start({ seed: 1, name: 'catalog', now: Date.now }),
      VcfSimulator.start({ seed: 1, name: 'vcf', now: Date.now }),
    ]);
    return new Site(catalog, vcf);
  }

  /** What a gateway of this site is configured with, as YAML. */
  configuration(store: StoreSettings): string {
    const { retentionMs: _, ...where } = store;
    return stringify({
      server: { port: 0 },
      auth: { mode: 'none' },
      limits: { operationsPerSecond: 0, actionsPerMinute: 0 },
      // What the gateway looks at of its own accord would make what a test adds a second too new.
      store: { ...where, record: 'watched' },
      sources: [
        { name: 'catalog', kind: 'catalog', url: this.catalog.url, timeoutMs: hangMs, ...this.catalog.settings },
        { name: 'vcf', kind: 'vcf', url: this.vcf.url, timeoutMs: hangMs, ...this.vcf.settings },
      ],
    });
  }

  /** A gateway in this process. `now` may differ from the clock of another one. */
  async gateway(store: StoreSettings, now: () => number = Date.now): Promise<Client> {
    const gateway = await startSiteGateway(this.configuration(store), now);
    this.#gateways.push(gateway);
    return new Client(gateway.origin);
  }

  /** The id of a new task that may be retried. */
  failedTask(): string {
    return `vcf:${this.vcf.addTask({ status: 'FAILED' })}`;
  }

  /** From now on a task that was retried runs when the answer comes, and not a few seconds later. */
  showRetriesAtOnce(): void {
    this.vcf.server.fault = ({ method, path }, handle) => {
      const answer = handle();
      const id = path.slice(path.lastIndexOf('/') + 1);
      if (method === 'PATCH' && answer.status < 300) this.vcf.setTask(id, { status: 'IN_PROGRESS', isCancellable: true });
      return answer;
    };
  }

  /** Actions that reached the plane, for one task. */
  sent(id: string): readonly PlaneRequest[] {
    return this.vcf.server.calls.filter(({ method, path }) => method === 'PATCH' && path.endsWith(id.slice('vcf:'.length)));
  }

  async closeGateways(): Promise<void> {
    await Promise.all(this.#gateways.splice(0).map((gateway) => gateway.close()));
  }

  async close(): Promise<void> {
    await this.closeGateways();
    await Promise.all([this.catalog.close(), this.vcf.close()]);
  }
}

/** A gateway with the configuration and the store that it names. */
export async function startSiteGateway(
  text: string,
  now: () => number,
  options: Pick<Parameters<typeof startGateway>[0], 'store'> = {},
): Promise<RunningGateway> {
  const refuse = (path: string): never => {
    throw new Error(`The test has no file ${path}.`);
  };
  const configuration = loadConfiguration({ file: 'test.yaml', text, environment: {}, readFile: refuse, modules: sourceModules });
  return startGateway({
    configuration,
    modules: sourceModules,
    schema: buildTestSchema(sourceModules, configuration.federation),
    explorerFolder: 'dist/explorer',
    logger: pino({ level: 'silent' }),
    now,
    ...options,
  });
}

const common = '__typename ... on TaskActionErrorFields { message path }';
const actionErrors = `errors { ${common} ... on TaskActionNotAllowedError { blockers { code } } }`;
const trackErrors = `errors { ${common} ... on TaskSourceError { isRetryable problem { kind } } }`;

/** What the tests ask of a gateway. */
export class Client {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Its payload. */
  async retry(input: { readonly id: string; readonly idempotencyKey?: string; readonly reason?: string }): Promise<Json> {
    const query = `mutation ($input: RetryTaskInput!) { retryTask(input: $input) { outcome isRepeat auditId task { id } ${actionErrors} } }`;
    return (await this.#ask(query, { input })).retryTask;
  }

  /** Codes of what stands against a retry. */
  async retryBlockers(id: string): Promise<readonly string[]> {
    const { task } = await this.#ask('query ($id: ID!) { task(id: $id) { retry { blockers { code } } } }', { id });
    return task.retry.blockers.map(({ code }: { code: string }) => code);
  }

  /** Its payload. */
  async cancel(id: string): Promise<Json> {
    const query = `mutation ($input: CancelTaskInput!) { cancelTask(input: $input) { outcome ${actionErrors} } }`;
    return (await this.#ask(query, { input: { id } })).cancelTask;
  }

  /** Its payload. */
  async track(sourceTaskId: string): Promise<Json> {
    const query = `mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } ${trackErrors} } }`;
    return (await this.#ask(query, { input: { sourceName: 'catalog', sourceTaskId } })).trackTask;
  }

  /** Its payload. */
  async untrack(id: string): Promise<Json> {
    const query = `mutation ($input: UntrackTaskInput!) { untrackTask(input: $input) { untrackedTaskId ${trackErrors} } }`;
    return (await this.#ask(query, { input: { id } })).untrackTask;
  }

  /** Ids of the tasks of the plane that cannot list, and what became of asking for them now. */
  async listed(): Promise<{ readonly ids: readonly string[]; readonly source: Json }> {
    const source = '__typename ... on TaskSourceAnswered { isComplete problem { kind message } }';
    const query = `{ tasks(first: 200, maxAgeMs: 0, filter: { sourceNames: ["catalog"] }) { nodes { id } sources { ${source} } } }`;
    const { tasks } = await this.#ask(query, {});
    return { ids: tasks.nodes.map((task: { id: string }) => task.id), source: tasks.sources[0] };
  }

  /** As operators see it. */
  async storeStatus(): Promise<unknown> {
    const response = await fetch(`${this.#origin}/readyz?verbose`);
    const { store }: Json = await response.json();
    return store.status;
  }

  async #ask(query: string, variables: Readonly<Record<string, unknown>>): Promise<Json> {
    const answer = await post(`${this.#origin}/graphql`, { query, variables });
    if (answer.errors !== undefined) throw new Error(answer.errors.map(({ message }) => message).join(' '));
    return answer.data;
  }
}
