import { createHmac, randomBytes } from 'node:crypto';

import type { Cancel, Scheduler } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { TaskSourceCapabilities } from '../model/task-source.js';
import type { ListResponse, Source, SourceActions, Upstream } from '../sources/source.js';
import type { Caller } from './access/caller.js';
import type { PolledCache } from './subscriptions/poller.js';

/** A cache that nobody used or subscribed to for this long is dropped, and the token with it. In milliseconds. */
const idleMs = 600_000;

/** Tokens that have a cache, of one caller and of all callers; a caller has one token, or a few around its renewal. */
const maxPerCaller = 8;
const maxTotal = 1_000;

interface CallerTokenCachesOptions {
  /** Creates the cache of one caller and token; nothing of it is shared. */
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

/**
 * The caches of one source whose callers send their own tokens: one for each caller and token. The cache, its reads in
 * flight and its poller belong to that pair alone, so that no caller is ever shown what another token may read.
 *
 * Entries are evicted by recency, and by hand: no LRU library has a second limit per caller, and keeps entries that are
 * subscribed to.
 */
export class CallerTokenCaches {
  readonly #options: CallerTokenCachesOptions;
  /**
   * By a keyed hash of caller and token, so that the token is not a key; the one that was used last is the last one.
   */
  readonly #entries = new Map<string, CallerTokenEntry>();
  readonly #hashKey = randomBytes(32);
  #cancelSweep: Cancel | null = null;

  constructor(options: CallerTokenCachesOptions) {
    this.#options = options;
  }

  getOrCreate({ id }: Caller, token: string): PolledCache {
    const key = createHmac('sha256', this.#hashKey)
      .update(JSON.stringify([id, token]))
      .digest('hex');
    const polled = this.#entries.get(key)?.polled ?? this.#options.create(token);
    this.#entries.delete(key);
    this.#entries.set(key, { callerId: id, polled, usedAt: this.#options.now() });
    this.#dropBeyond(
      [...this.#entries].filter(([, { callerId }]) => callerId === id),
      maxPerCaller,
    );
    this.#dropBeyond([...this.#entries], maxTotal);
    this.#cancelSweep ??= this.#options.scheduler.after(idleMs, () => this.#sweep());
    return polled;
  }

  async close(): Promise<void> {
    this.#cancelSweep?.();
    await Promise.all([...this.#entries.values()].map(({ polled }) => polled.cache.source.upstream.close()));
    this.#entries.clear();
  }

  #sweep(): void {
    const { now, scheduler } = this.#options;
    for (const [key, entry] of this.#entries) if (now() - entry.usedAt >= idleMs) this.#drop(key, entry);
    this.#cancelSweep = this.#entries.size === 0 ? null : scheduler.after(idleMs, () => this.#sweep());
  }

  #dropBeyond(entries: readonly (readonly [string, CallerTokenEntry])[], limit: number): void {
    for (const [key, entry] of entries.slice(0, Math.max(0, entries.length - limit))) this.#drop(key, entry);
  }

  #drop(key: string, { polled: { cache } }: CallerTokenEntry): void {
    if (cache.changes.listenerCount > 0) return;
    this.#entries.delete(key);
    void cache.source.upstream.close();
  }
}

/**
 * The source that callers see who sent no token of their own: it has the name and the capabilities of the source, but
 * every read and every action fails and says which header is missing. No request is sent.
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
  readonly upstream: Upstream;
  readonly #template: Source;

  /** `template`: the source with any token, which is never sent. */
  constructor(template: Source) {
    this.#template = template;
    this.name = template.name;
    this.kind = template.kind;
    this.displayName = template.displayName;
    this.timeoutMs = template.timeoutMs;
    this.capabilities = template.capabilities;
    this.initialTaskIds = template.initialTaskIds ?? [];
    this.upstream = template.upstream;
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
