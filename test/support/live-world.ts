import { type ExecutionResult, graphql, parse } from 'graphql';

import { CompiledExecutor } from '../../src/execution/compiled-executor.js';
import { buildSchema } from '../../src/graphql/build-schema.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { createAnonymousSession } from '../../src/server/authentication/session.js';
import { openSubscription } from '../../src/server/subscriptions/subscription-execution.js';
import { SharedAnswers } from '../../src/server/subscriptions/subscription-caches.js';
import { Delivery } from '../../src/server/subscriptions/delivery.js';
import { EventQueue } from '../../src/server/subscriptions/event-queue.js';
import { Subscriber } from '../../src/server/subscriptions/subscriber.js';
import { AstraSimulator } from '../../src/sources/astra/simulator/astra-simulator.js';
import { CatalogSimulator } from '../../src/sources/catalog/simulator/catalog-simulator.js';
import { sourceModules } from '../../src/sources/registry.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import type { PlaneRequest, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { anonymous, type Caller } from '../../src/gateway/access/caller.js';
import { Gateway } from '../../src/gateway/gateway.js';
import type { ReadSettings } from '../../src/gateway/query/authorized-reader.js';
import { anyNumberOfActions } from './doubles/no-limits.js';
import { createSourceSettings } from './source-settings.js';
import { ManualScheduler } from './doubles/manual-scheduler.js';
import type { Json } from './post.js';
import { hangMs, waitUntil } from './wait-until.js';
import { Events } from './subscription-events.js';
import { iterateDelivery } from './iterate-delivery.js';
import { noLog } from './doubles/no-log.js';

export interface LiveWorldOptions {
  /** From 0 to 1, for the jitter; in the middle where absent, so that there is none. */
  readonly random?: () => number;
  /** Values in the answer to one event; the usual limit where absent. */
  readonly values?: number;
  readonly reads?: Pick<ReadSettings, 'maxAgeMs' | 'maxAgeFloorMs'>;
}

const schema = buildSchema(sourceModules);
const documents = new Map<string, ReturnType<typeof parse>>();

/** Three simulated planes, without tasks, and a gateway of this very process, with time that only the test moves. */
export class LiveWorld {
  readonly scheduler = new ManualScheduler();
  readonly reported: unknown[] = [];
  readonly astra: AstraSimulator;
  readonly vcf: VcfSimulator;
  readonly catalog: CatalogSimulator;
  readonly gateway: Gateway;

  private constructor(planes: Pick<LiveWorld, 'astra' | 'vcf' | 'catalog'>, scheduler: ManualScheduler, options: LiveWorldOptions) {
    const { astra, vcf, catalog } = planes;
    [this.astra, this.vcf, this.catalog, this.scheduler] = [astra, vcf, catalog, scheduler];
    const now = (): number => scheduler.now;
    const [astraModule, vcfModule, catalogModule] = ['astra', 'vcf', 'catalog'].map((kind) =>
      sourceModules.find((one) => one.kind === kind),
    );
    if (astraModule === undefined || vcfModule === undefined || catalogModule === undefined) throw new Error('A module is not there.');
    const sources = [
      astraModule.create(createSourceSettings(astra.url, { name: 'astra', now }), astraModule.settings.parse(astra.settings)),
      vcfModule.create(createSourceSettings(vcf.url, { name: 'vcf', now }), vcfModule.settings.parse(vcf.settings)),
      catalogModule.create(createSourceSettings(catalog.url, { name: 'catalog', now }), catalogModule.settings.parse(catalog.settings)),
    ];
    this.gateway = new Gateway({
      limits: { ...anyNumberOfActions, ...(options.values !== undefined && { values: options.values }) },
      sources: sources.map((source) => ({ source, poll: { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 } })),
      store: new MemoryStore(now),
      reads: { waitMs: hangMs, ...(options.reads ?? { maxAgeMs: 1_000, maxAgeFloorMs: 0 }) },
      clock: { now, scheduler, random: options.random ?? (() => 0.5) },
      log: { ...noLog, internalError: (error) => void this.reported.push(error) },
    });
  }

  static async start(options: LiveWorldOptions = {}): Promise<LiveWorld> {
    const scheduler = new ManualScheduler();
    const now = (): number => scheduler.now;
    const [astra, vcf, catalog] = await Promise.all([
      AstraSimulator.start({ seed: 1, name: 'astra', now }),
      VcfSimulator.start({ seed: 1, name: 'vcf', now }),
      CatalogSimulator.start({ seed: 1, name: 'catalog', now }),
    ]);
    vcf.clear();
    for (const { id } of astra.tasks) astra.removeTask(String(id));
    return new LiveWorld({ astra, vcf, catalog }, scheduler, options);
  }

  /** A subscription, read as fast as its events come. */
  async watch(document: string, variables: Readonly<Record<string, unknown>> = {}, caller: Caller = anonymous): Promise<Events> {
    const events = await this.open(document, variables, caller);
    if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
    return new Events(events);
  }

  /** A subscription whose events the test takes by itself. */
  async open(
    document: string,
    variables: Readonly<Record<string, unknown>> = {},
    caller: Caller = anonymous,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
    const parsed = documents.get(document) ?? parse(document);
    documents.set(document, parsed);
    const subscriber = new Subscriber({ ...createAnonymousSession('address:test'), ...caller }, () => this.gateway.createOperation(caller));
    const opened = await openSubscription<ExecutionResult>(
      { schema, document: parsed, variableValues: variables, contextValue: subscriber },
      {
        log: { error: (error: unknown) => void this.reported.push(error) } as Json,
        answers: new SharedAnswers<ExecutionResult>(),
        eventQueue: new EventQueue(),
        // Its results have objects, which tests can look into.
        executor: new CompiledExecutor({ schema, compileAt: Infinity }),
      },
      (result) => result,
    );
    return opened instanceof Delivery ? iterateDelivery(opened) : opened;
  }

  /** A query or a mutation; its data. */
  async graphql(source: string, variableValues: Readonly<Record<string, unknown>> = {}): Promise<Json> {
    const { data, errors } = await graphql({ schema, source, variableValues, contextValue: this.gateway.createOperation(anonymous) });
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join(' '));
    return data;
  }

  /** Calls to the task routes of a plane so far. */
  calls({ server }: { readonly server: PlaneServer }): readonly PlaneRequest[] {
    return server.calls.filter(({ path }) => !path.startsWith('/v1/tokens') && path !== '/service-account-token');
  }

  /** Moves the time on and waits until the polls that were due are over: then each of them waits for its next. */
  async advance(ms: number): Promise<void> {
    const { count } = this.scheduler;
    this.scheduler.advance(ms);
    await this.polling(count);
  }

  /** Waits until so many pollers wait for their next poll. */
  polling(count: number): Promise<void> {
    return waitUntil(() => this.scheduler.count === count, `${count} pollers wait`);
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await Promise.all([this.astra, this.vcf, this.catalog].map((plane) => plane.close()));
  }
}
