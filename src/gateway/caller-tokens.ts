import { createHmac, randomBytes } from 'node:crypto';

import type { Cancel, Scheduler } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { TaskSourceCapabilities } from '../model/task-source.js';
import type { ListResponse, Source, SourceActions, Upstream } from '../sources/source.js';
import type { Caller } from './access/caller.js';
import type { SourceCache } from './cache/source-cache.js';
import type { PolledCache } from './subscriptions/poller.js';

/** A cache that nobody used or subscribed to for this long is dropped, and the token with it. In milliseconds. */
const idleMs = 600_000;

/** How often it is looked for caches that are too many, as some may have been in use when the others came. In milliseconds. */
const trimMs = 10_000;

/** An operation begins to read a moment after it was given its cache: so long a cache counts as in use, in milliseconds. */
const recentMs = 1_000;

/** Tasks in all caches of one source that nobody uses or subscribes to: 100,000 of them take a few hundred megabytes. */
const maxIdleTasks = 100_000;

/** Caches of one source that nobody uses or subscribes to, and whose connections to the plane are still kept for the next use. */
const maxIdleConnected = 100;

/** The keys of `limits` of the configuration that bound the tokens of callers, of each source. 0 is no limit. */
export interface CallerTokenLimits {
  /** Tokens of one caller that have a cache; more than that while all are in use. */
  readonly sourceTokensPerCaller: number;
  /** Tokens of all callers that have a cache; one more is refused while all are in use. */
  readonly sourceTokens: number;
}

/** The limits where the configuration sets none: a portal with one key has a token for each of its users. */
export const defaultCallerTokenLimits: CallerTokenLimits = { sourceTokensPerCaller: 100, sourceTokens: 1_000 };

interface CallerTokenCachesOptions {
  /** Creates the cache of one caller and token; nothing of it is shared. */
  readonly create: (token: string) => PolledCache;
  /** For callers whose token is over the limit. */
  readonly crowded: PolledCache;
  readonly limits: CallerTokenLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
}

interface CallerTokenEntry {
  readonly callerId: string;
  readonly polled: PolledCache;
  usedAt: number;
  /** Whether its connections may be open. */
  isConnected: boolean;
}

/**
 * The caches of one source whose callers send their own tokens: one for each caller and token. The cache, its reads in
 * flight and its poller belong to that pair alone, so that no caller is ever shown what another token may read.
 *
 * What is too much goes by recency, the least recently used first, and only what is idle: nobody subscribes to it, and no
 * call to the plane is in progress. It is done by hand: no LRU library has a limit per caller, or keeps what is in use.
 */
export class CallerTokenCaches {
  readonly #options: CallerTokenCachesOptions;
  /**
   * By a keyed hash of caller and token, so that the token is not a key; the one that was used last is the last one.
   */
  readonly #entries = new Map<string, CallerTokenEntry>();
  readonly #hashKey = randomBytes(32);
  #cancelTrim: Cancel | null = null;

  constructor(options: CallerTokenCachesOptions) {
    this.#options = options;
  }

  /** `crowded`, where there are as many tokens as `sourceTokens` allows, and all are in use. */
  getOrCreate({ id }: Caller, token: string): PolledCache {
    const { create, crowded, limits, now, scheduler } = this.#options;
    const key = createHmac('sha256', this.#hashKey)
      .update(JSON.stringify([id, token]))
      .digest('hex');
    const known = this.#entries.get(key);
    if (known === undefined) {
      // Before this one is added.
      this.#trim(1, id);
      if (isReached(limits.sourceTokens, this.#entries.size)) return crowded;
    }
    const entry = known ?? { callerId: id, polled: create(token), usedAt: 0, isConnected: true };
    entry.usedAt = now();
    entry.isConnected = true;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#cancelTrim ??= scheduler.after(trimMs, () => this.#trimAgain());
    return entry.polled;
  }

  async close(): Promise<void> {
    this.#cancelTrim?.();
    await Promise.all([...this.#entries.values()].map(({ polled }) => polled.cache.source.upstream.close()));
    this.#entries.clear();
  }

  #trimAgain(): void {
    this.#trim(0, null);
    this.#cancelTrim = this.#entries.size === 0 ? null : this.#options.scheduler.after(trimMs, () => this.#trimAgain());
  }

  /**
   * Drops what is too much, the least recently used first, and closes connections of older ones. `added`: how many are about to be
   * added, of this caller. What was used just now goes only where the tokens of all callers are too many.
   */
  #trim(added: number, callerId: string | null): void {
    const { limits, now } = this.#options;
    const ofCallers = new Map<string, number>(callerId === null ? [] : [[callerId, added]]);
    let [count, idleTasks, idleConnected] = [added, 0, 0];
    // From the newest to the oldest: what is beyond a limit by then is what was used least recently.
    for (const [key, entry] of [...this.#entries].toReversed()) {
      const { cache } = entry.polled;
      const ofCaller = ofCallers.get(entry.callerId) ?? 0;
      const unusedMs = now() - entry.usedAt;
      if (isIdle(cache)) {
        const isTooMany =
          isReached(limits.sourceTokens, count) ||
          (unusedMs >= recentMs && (isReached(limits.sourceTokensPerCaller, ofCaller) || isBeyondIdleTasks(idleTasks, cache.taskCount)));
        if (isTooMany || unusedMs >= idleMs) {
          this.#drop(key, entry);
          continue;
        }
        idleTasks += cache.taskCount;
        if (entry.isConnected) idleConnected += 1;
        if (unusedMs >= recentMs && idleConnected > maxIdleConnected) this.#disconnect(entry);
      }
      count += 1;
      ofCallers.set(entry.callerId, ofCaller + 1);
    }
  }

  /** An operation that was given the cache before may still read with it, and then opens connections that end by themselves. */
  #drop(key: string, entry: CallerTokenEntry): void {
    this.#entries.delete(key);
    this.#disconnect(entry);
  }

  #disconnect(entry: CallerTokenEntry): void {
    entry.isConnected = false;
    void entry.polled.cache.source.upstream.releaseIdle();
  }
}

/** Whether one more would be too many. 0 is no limit. */
function isReached(limit: number, count: number): boolean {
  return limit !== 0 && count >= limit;
}

/** The newest one stays, however large it is: it would be read anew for each operation. */
function isBeyondIdleTasks(tasksOfNewer: number, tasks: number): boolean {
  return tasksOfNewer > 0 && tasksOfNewer + tasks > maxIdleTasks;
}

function isIdle({ changes, source }: SourceCache): boolean {
  return changes.listenerCount === 0 && !source.upstream.isBusy();
}

/** The source that callers see who sent no token of their own. `template`: the source with any token, which is never sent. */
export function createMissingTokenSource(template: Source): Source {
  const message = `Send your own token of this source in the header X-Source-Token-${template.name}.`;
  return new RefusingSource(template, () => new SourceProblemError('UNAUTHENTICATED', message));
}

/** The source that callers see while as many tokens are in use as `limits.sourceTokens` allows. */
export function createCrowdedSource(template: Source): Source {
  const message = 'The plane was not asked: as many tokens of callers are in use as limits.sourceTokens allows.';
  return new RefusingSource(template, () => new SourceProblemError('OVERLOADED', message, { retryAfterMs: 1_000 }));
}

/**
 * It has the name and the capabilities of a source, but every read and every action fails, and says why. No request is sent.
 */
class RefusingSource implements Source {
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
  readonly #problem: () => SourceProblemError;

  constructor(template: Source, problem: () => SourceProblemError) {
    this.#template = template;
    this.#problem = problem;
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
}
