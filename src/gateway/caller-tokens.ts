import { createHmac, randomBytes } from 'node:crypto';

import type { Cancel, Scheduler } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { TaskSourceCapabilities } from '../model/task-source.js';
import type { ListResponse, PlaneConnection, Source, SourceActions } from '../sources/source.js';
import type { Caller } from './access/caller.js';
import type { PolledCache } from './subscriptions/poller.js';

export interface CallerTokenCachesOptions {
  /** A cache of the source for one caller with their own token: nothing of it is shared with anybody. */
  readonly create: (token: string) => PolledCache;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
}

interface CallerTokenEntry {
  readonly callerId: string;
  readonly polled: PolledCache;
  readonly usedAt: number;
}

/** What nobody used or watched for so long is forgotten, with the token in it. In milliseconds. */
const idleMs = 600_000;

/** So many tokens are remembered of one caller, and of all; the longest unused goes first. What is watched stays. */
const maxPerCaller = 8;
const maxInAll = 1_000;

/**
 * The caches of one source whose callers bring their own tokens: one for each caller and token. View, loaders, reads under way and
 * poller belong to one of them alone, so that nobody is ever shown what another token brought.
 */
export class CallerTokenCaches {
  readonly #options: CallerTokenCachesOptions;
  /** By a keyed hash of caller and token; the one that was used last comes last. */
  readonly #caches = new Map<string, CallerTokenEntry>();
  readonly #hashKey = randomBytes(32);
  #cancelSweep: Cancel | null = null;

  constructor(options: CallerTokenCachesOptions) {
    this.#options = options;
  }

  getOrCreate({ id }: Caller, token: string): PolledCache {
    const key = createHmac('sha256', this.#hashKey)
      .update(JSON.stringify([id, token]))
      .digest('hex');
    const polled = this.#caches.get(key)?.polled ?? this.#options.create(token);
    this.#caches.delete(key);
    this.#caches.set(key, { callerId: id, polled, usedAt: this.#options.now() });
    this.#dropBeyond(
      [...this.#caches].filter(([, { callerId }]) => callerId === id),
      maxPerCaller,
    );
    this.#dropBeyond([...this.#caches], maxInAll);
    this.#cancelSweep ??= this.#options.scheduler.after(idleMs, () => this.#sweep());
    return polled;
  }

  get size(): number {
    return this.#caches.size;
  }

  async close(): Promise<void> {
    this.#cancelSweep?.();
    await Promise.all([...this.#caches.values()].map(({ polled }) => polled.cache.source.connection.close()));
    this.#caches.clear();
  }

  #sweep(): void {
    const { now, scheduler } = this.#options;
    for (const [key, cache] of this.#caches) if (now() - cache.usedAt >= idleMs) this.#drop(key, cache);
    this.#cancelSweep = this.#caches.size === 0 ? null : scheduler.after(idleMs, () => this.#sweep());
  }

  #dropBeyond(caches: readonly (readonly [string, CallerTokenEntry])[], limit: number): void {
    for (const [key, cache] of caches.slice(0, Math.max(0, caches.length - limit))) this.#drop(key, cache);
  }

  #drop(key: string, { polled: { cache } }: CallerTokenEntry): void {
    if (cache.changes.listenerCount > 0) return;
    this.#caches.delete(key);
    void cache.source.connection.close();
  }
}

/**
 * A source whose callers bring their own tokens, for those who brought none: it says what the source is, asks its plane nothing,
 * and says why.
 */
export class MissingTokenSource implements Source {
  readonly name: string;
  readonly kind: string;
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities: TaskSourceCapabilities;
  readonly finishedTasksChange = true;
  readonly initialTaskIds: readonly string[];
  readonly actions: SourceActions;
  readonly connection: PlaneConnection;
  readonly #template: Source;

  /** `template`: the source with any token; nothing is sent with it. */
  constructor(template: Source) {
    this.#template = template;
    this.name = template.name;
    this.kind = template.kind;
    this.displayName = template.displayName;
    this.timeoutMs = template.timeoutMs;
    this.capabilities = template.capabilities;
    this.initialTaskIds = template.initialTaskIds ?? [];
    this.connection = template.connection;
    this.actions = {
      describeEffect: (command, task) => template.actions.describeEffect(command, task),
      findBlockers: () => [{ code: 'SOURCE_UNAVAILABLE', message: this.#problem().message }],
      // Not reached, because there is always a blocker.
      act: () => {
        const { problem } = this.#problem();
        return Promise.resolve({ outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: false, retryAfterMs: null });
      },
    };
  }

  isTaskId(sourceTaskId: string): boolean {
    return this.#template.isTaskId(sourceTaskId);
  }

  estimateListCalls(knownCount: number | null): number {
    return this.#template.estimateListCalls(knownCount);
  }

  estimateReadCalls(idCount: number): number {
    return this.#template.estimateReadCalls(idCount);
  }

  list(): Promise<ListResponse> {
    return Promise.reject(this.#problem());
  }

  read(ids: readonly string[]): Promise<ReadonlyMap<string, SourceProblemError>> {
    return Promise.resolve(new Map(ids.map((id) => [id, this.#problem()])));
  }

  #problem(): SourceProblemError {
    return new SourceProblemError('UNAUTHENTICATED', `Send your own token of this source in the header X-Source-Token-${this.name}.`);
  }
}
