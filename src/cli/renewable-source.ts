import type { SourceConfiguration } from '../config/configuration.js';
import type { TaskSourceCapabilities } from '../model/task-source.js';
import type { ListRequest, ListResponse, ReadRequest, ReadResults, Source, SourceActions, Upstream } from '../sources/source.js';
import { LoginThrottle, minLoginDelayMs } from '../upstream/token-cache.js';

interface RenewableSettingsOptions {
  /** Called before each request to the plane, so that changed secrets are replaced before they are used. */
  readonly beforeRequest: () => void;
  /** Milliseconds of a monotonic clock. */
  readonly monotonic: () => number;
}

/**
 * The settings of one source. They are replaced when one of its secrets changes, at once for the first change; further ones keep to the
 * pace of refused log-ins, so that a file that changes all the time locks no account.
 */
export class RenewableSettings {
  readonly #options: RenewableSettingsOptions;
  /** It does not slow down: replaced settings begin with delays of their own. */
  readonly #pace = new LoginThrottle(minLoginDelayMs);
  #current: SourceConfiguration;
  #next: SourceConfiguration | null = null;

  constructor(configuration: SourceConfiguration, options: RenewableSettingsOptions) {
    this.#current = configuration;
    this.#options = options;
  }

  /** Returns after how many milliseconds the new settings are used; 0 for the next request. */
  replace(configuration: SourceConfiguration): number {
    this.#next = configuration;
    return this.#pace.waitMs(this.#options.monotonic());
  }

  /** The settings for a request that is sent now. */
  current(): SourceConfiguration {
    this.#options.beforeRequest();
    const now = this.#options.monotonic();
    if (this.#next !== null && this.#pace.waitMs(now) === 0) {
      this.#current = this.#next;
      this.#next = null;
      this.#pace.recordRefusal(now);
    }
    return this.#current;
  }
}

/** A source as its module created it from some settings, and how many of its reads and actions are in progress. */
interface CreatedSource {
  readonly settings: SourceConfiguration;
  readonly source: Source;
  calls: number;
}

/**
 * A source that is created anew when its settings are replaced: with its connections, its log-in and its pace of log-ins. What is in
 * progress ends with the settings that it began with.
 */
export class RenewableSource implements Source {
  readonly kind: string;
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities: TaskSourceCapabilities;
  readonly finishedTasksChange: boolean;
  readonly initialTaskIds: readonly string[];
  readonly actions: SourceActions;
  readonly upstream: Upstream;
  readonly refresh?: NonNullable<Source['refresh']>;
  readonly readChildren?: NonNullable<Source['readChildren']>;
  readonly payloadToKeep?: NonNullable<Source['payloadToKeep']>;
  readonly #settings: RenewableSettings;
  readonly #create: (settings: SourceConfiguration) => Source;
  /** Replaced ones that still have calls in progress. */
  readonly #retired = new Set<CreatedSource>();
  #created: CreatedSource;

  constructor(settings: RenewableSettings, create: (settings: SourceConfiguration) => Source) {
    this.#settings = settings;
    this.#create = create;
    const current = settings.current();
    const source = create(current);
    this.#created = { settings: current, source, calls: 0 };
    this.kind = source.kind;
    this.displayName = source.displayName;
    this.timeoutMs = source.timeoutMs;
    this.capabilities = source.capabilities;
    this.finishedTasksChange = source.finishedTasksChange;
    this.initialTaskIds = source.initialTaskIds ?? [];
    this.actions = {
      describeEffect: (command, task) => this.#created.source.actions.describeEffect(command, task),
      findBlockers: (command, task) => this.#created.source.actions.findBlockers(command, task),
      act: (command, task, signal) => this.#call(({ actions }) => actions.act(command, task, signal)),
    };
    this.upstream = {
      circuit: () => this.#created.source.upstream.circuit(),
      circuitOpenForMs: () => this.#created.source.upstream.circuitOpenForMs(),
      clockAheadMs: () => this.#created.source.upstream.clockAheadMs(),
      isBusy: () => [this.#created, ...this.#retired].some(({ calls }) => calls > 0),
      releaseIdle: () => this.#created.source.upstream.releaseIdle(),
      close: () => this.#close(),
    };
    // Their absence means something, and is the same whatever the settings.
    if (hasMethod(source, 'refresh')) this.refresh = (request) => this.#call((one) => requireMethod(one, 'refresh').refresh(request));
    if (hasMethod(source, 'readChildren'))
      this.readChildren = (id, request) => this.#call((one) => requireMethod(one, 'readChildren').readChildren(id, request));
    if (hasMethod(source, 'payloadToKeep')) this.payloadToKeep = (task) => source.payloadToKeep(task);
  }

  get name(): string {
    return this.#created.source.name;
  }

  isTaskId(sourceTaskId: string): boolean {
    return this.#created.source.isTaskId(sourceTaskId);
  }

  estimateListCalls(knownCount: number | null): number {
    return this.#created.source.estimateListCalls(knownCount);
  }

  estimateReadCalls(idCount: number): number {
    return this.#created.source.estimateReadCalls(idCount);
  }

  list(request: ListRequest): Promise<ListResponse> {
    return this.#call((source) => source.list(request));
  }

  read(ids: readonly string[], request: ReadRequest): Promise<ReadResults> {
    return this.#call((source) => source.read(ids, request));
  }

  async #call<T>(send: (source: Source) => Promise<T>): Promise<T> {
    const created = this.#renew();
    created.calls += 1;
    try {
      return await send(created.source);
    } finally {
      created.calls -= 1;
      if (created.calls === 0 && this.#retired.delete(created)) await created.source.upstream.close();
    }
  }

  #renew(): CreatedSource {
    const settings = this.#settings.current();
    const previous = this.#created;
    if (previous.settings === settings) return previous;
    this.#created = { settings, source: this.#create(settings), calls: 0 };
    if (previous.calls > 0) this.#retired.add(previous);
    else void previous.source.upstream.close();
    return this.#created;
  }

  async #close(): Promise<void> {
    await Promise.all([this.#created, ...this.#retired].map(({ source }) => source.upstream.close()));
  }
}

type OptionalMethod = 'refresh' | 'readChildren' | 'payloadToKeep';

type With<Name extends OptionalMethod> = Source & Required<Pick<Source, Name>>;

function hasMethod<Name extends OptionalMethod>(source: Source, name: Name): source is With<Name> {
  return source[name] !== undefined;
}

function requireMethod<Name extends OptionalMethod>(source: Source, name: Name): With<Name> {
  if (!hasMethod(source, name)) throw new Error(`The sources of one module differ in ${name}.`);
  return source;
}
