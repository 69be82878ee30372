import { setImmediate } from 'node:timers/promises';

import DataLoader from 'dataloader';

import { BadUserInputError } from '../../model/errors.js';
import { formatSourceId } from '../../model/global-id.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TaskSourceHealth } from '../../model/source-health.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TaskSource } from '../../model/task-source.js';
import type { Task } from '../../model/task.js';
import type { Caller } from '../access/caller.js';
import type { Freshness } from '../cache/freshness.js';
import type { Snapshot } from '../cache/snapshot.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { CreationWindow, ForgottenList, ForgottenTasks } from '../history/forgotten-tasks.js';

export interface AuthorizedReaderOptions {
  /** By source name, in the order of the configuration. */
  readonly caches: ReadonlyMap<string, SourceCache>;
  readonly caller: Caller;
  /** When the operation came in, in milliseconds since 1970. */
  readonly since: number;
  readonly reads: ReadAges;
  /** What planes no longer have. */
  readonly forgotten: ForgottenTasks;
}

interface Loaders {
  readonly tasks: TaskLoader;
  readonly children: ChildrenLoader;
  readonly payloads: PayloadLoader;
}

/** Reads for one caller, one operation long. Every read passes here, so here it is decided what the caller may read. */
export class AuthorizedReader {
  readonly #options: AuthorizedReaderOptions;
  readonly #loaders = new Map<string, Loaders>();
  /** By source name, the strictest age that this operation has asked for, in milliseconds. */
  readonly #wanted = new Map<string, number>();
  /** By source name, what this operation has begun to read. */
  readonly #begun = new Map<string, Promise<unknown>[]>();

  constructor(options: AuthorizedReaderOptions) {
    this.#options = options;
  }

  /** When the operation came in, in milliseconds since 1970. */
  get since(): number {
    return this.#options.since;
  }

  /** The sources that the caller may read, in the order of the configuration. */
  caches(): readonly SourceCache[] {
    return [...this.#options.caches.values()].filter((cache) => this.#options.caller.may('read', cache.source.name));
  }

  /** Null when there is no such source, or the caller may not read it. */
  cache(sourceName: string): SourceCache | null {
    const cache = this.#options.caches.get(sourceName);
    return cache !== undefined && this.#options.caller.may('read', sourceName) ? cache : null;
  }

  /** How fresh the data must be; null and absent are the configured default, which is also the least there can be asked for. */
  freshness(maxAgeMs?: number | null): Freshness {
    if (maxAgeMs != null && maxAgeMs < 0) throw new BadUserInputError(`maxAgeMs is 0 or more milliseconds; it was ${maxAgeMs}.`);
    const { reads, since } = this.#options;
    return { since, maxAgeMs: Math.max(maxAgeMs ?? reads.maxAgeMs, reads.minAgeMs) };
  }

  /**
   * How fresh what hangs on a source's tasks and resources must be: as fresh as this operation wants that source's data
   * anywhere, so that nothing is asked for twice.
   */
  inheritedFreshness({ source }: SourceCache): Freshness {
    return { since: this.since, maxAgeMs: this.#wanted.get(source.name) ?? this.freshness().maxAgeMs };
  }

  /** All tasks of a source; it never rejects. */
  snapshot(cache: SourceCache, maxAgeMs?: number | null): Promise<Snapshot> {
    return this.#remember(cache, cache.list(this.#want(cache, maxAgeMs)));
  }

  /** Tasks of a source that its plane no longer has. */
  forgotten({ source }: SourceCache, window: CreationWindow): Promise<ForgottenList> {
    return this.#options.forgotten.list(source, window);
  }

  /** Null when there is no such task, or it may not be read; rejects with a SourceProblemError when its plane does not say. */
  async task(sourceName: string, sourceTaskId: string, maxAgeMs?: number | null): Promise<Task | null> {
    const { maxAgeMs: allowed } = this.freshness(maxAgeMs);
    const cache = this.cache(sourceName);
    if (cache === null) return null;
    return this.#remember(cache, this.#loadersOf(cache).tasks.load({ sourceTaskId, maxAgeMs: this.#want(cache, allowed).maxAgeMs }));
  }

  /** The tasks that are part of another one, in the plane's order. */
  async readChildren(task: Task): Promise<readonly Task[]> {
    const cache = this.cache(task.sourceName);
    if (cache === null) return [];
    if (task.isForgotten !== true) return this.#remember(cache, this.#loadersOf(cache).children.load(task.sourceTaskId));
    return [...cache.cachedChildrenOf(task.sourceTaskId), ...(await this.#options.forgotten.children(task))];
  }

  /** Null when it has none, or when that one is not known. */
  async readParent(task: Task): Promise<Task | null> {
    const cache = task.parentTaskId === null ? null : this.cache(task.sourceName);
    if (cache === null || task.parentTaskId === null) return null;
    const freshness = this.inheritedFreshness(cache);
    if (cache.hasFreshList(freshness))
      return cache.cachedTask(task.parentTaskId) ?? this.#options.forgotten.find(cache.source, task.parentTaskId);
    try {
      return await this.task(task.sourceName, task.parentTaskId, freshness.maxAgeMs);
    } catch (error) {
      if (error instanceof SourceProblemError) return null;
      throw error;
    }
  }

  /** What the plane sent of a task; null where nothing was sent, or nothing of it is to be had any more. */
  readPayload(task: Task): JsonObject | null | Promise<JsonObject | null> {
    const cache = this.cache(task.sourceName);
    if (cache === null || !cache.isPayloadTruncated(task)) return task.payload;
    return this.#remember(cache, this.#loadersOf(cache).payloads.load(task.sourceTaskId));
  }

  describeSource(cache: SourceCache): TaskSource {
    const { name, kind, displayName, capabilities } = cache.source;
    return { __typename: 'TaskSource', id: formatSourceId(name), name, kind, displayName, capabilities };
  }

  /**
   * How a source is doing once all that this operation reads of it is read, wherever in the operation that stands; it
   * reads nothing itself. Null when there is no such source, or the caller may not read it.
   */
  async healthAfterReads(sourceName: string): Promise<TaskSourceHealth | null> {
    const begun = this.#begunOf(sourceName);
    let awaited = -1;
    while (awaited < begun.length) {
      awaited = begun.length;
      await Promise.allSettled(begun);
      // Fields beside this one, and those below what has just been read, have begun by the next turn.
      await setImmediate();
    }
    return this.cache(sourceName)?.health() ?? null;
  }

  #begunOf(sourceName: string): Promise<unknown>[] {
    const begun = this.#begun.get(sourceName) ?? [];
    this.#begun.set(sourceName, begun);
    return begun;
  }

  #remember<T>({ source }: SourceCache, reading: Promise<T>): Promise<T> {
    this.#begunOf(source.name).push(reading);
    return reading;
  }

  #want(cache: SourceCache, maxAgeMs: number | null | undefined): Freshness {
    const { name } = cache.source;
    const freshness = this.freshness(maxAgeMs);
    this.#wanted.set(name, Math.min(freshness.maxAgeMs, this.#wanted.get(name) ?? Infinity));
    return freshness;
  }

  #loadersOf(cache: SourceCache): Loaders {
    const { name } = cache.source;
    const loaders = this.#loaders.get(name) ?? {
      tasks: createTaskLoader(cache, this.since, this.#options.forgotten),
      children: createChildrenLoader(cache, () => this.inheritedFreshness(cache)),
      payloads: createPayloadLoader(cache),
    };
    this.#loaders.set(name, loaders);
    return loaders;
  }
}

export interface TaskKey {
  /** The id at the plane. */
  readonly sourceTaskId: string;
  readonly maxAgeMs: number;
}

export type TaskLoader = DataLoader<TaskKey, Task | null, string>;
export type PayloadLoader = DataLoader<string, JsonObject | null>;
export type ChildrenLoader = DataLoader<string, readonly Task[]>;

/** Reads of single tasks of one source, batched and remembered for one operation; each key gets its own answer or error. */
export function createTaskLoader(cache: SourceCache, since: number, forgotten: ForgottenTasks): TaskLoader {
  return new DataLoader<TaskKey, Task | null, string>(
    async (keys) => {
      const byAge = groupByAge(keys);
      const answers = await Promise.all(
        [...byAge].map(async ([maxAgeMs, group]) => {
          const found = await cache.read([...new Set(group.map((key) => key.sourceTaskId))], { since, maxAgeMs });
          return Promise.all(
            group.map(async (key) => {
              const answer = await forgotten.replaceIfForgotten(cache.source, key.sourceTaskId, found.get(key.sourceTaskId) ?? null);
              return [taskKeyText(key), answer] as const;
            }),
          );
        }),
      );
      const byKey = new Map(answers.flat());
      return keys.map((key) => byKey.get(taskKeyText(key)) ?? null);
    },
    { cacheKeyFn: taskKeyText },
  );
}

/** Children of tasks of one source, batched and remembered for one operation. */
export function createChildrenLoader(cache: SourceCache, freshness: () => Freshness): ChildrenLoader {
  return new DataLoader<string, readonly Task[]>(async (parentIds) => {
    try {
      const children = await cache.childrenOf(parentIds, freshness());
      return parentIds.map((id) => children.get(id) ?? []);
    } catch (error) {
      return parentIds.map(() => (error instanceof Error ? error : new SourceProblemError('OTHER', 'The plane could not be read.')));
    }
  });
}

/** Payloads of tasks of one source of which a part only is known, batched and remembered for one operation. */
export function createPayloadLoader(cache: SourceCache): PayloadLoader {
  return new DataLoader<string, JsonObject | null>(async (sourceTaskIds) => {
    const payloads = await cache.readPayloads(sourceTaskIds);
    return sourceTaskIds.map((id) => payloads.get(id) ?? null);
  });
}

function taskKeyText({ sourceTaskId, maxAgeMs }: TaskKey): string {
  return `${maxAgeMs} ${sourceTaskId}`;
}

function groupByAge(keys: readonly TaskKey[]): Map<number, TaskKey[]> {
  const groups = new Map<number, TaskKey[]>();
  for (const key of keys) groups.set(key.maxAgeMs, [...(groups.get(key.maxAgeMs) ?? []), key]);
  return groups;
}

/** How old data may be, in milliseconds: the section `reads` of the configuration. */
export interface ReadAges {
  /** For a query that does not say `maxAgeMs`. */
  readonly maxAgeMs: number;
  /** For every query: a smaller `maxAgeMs` counts as this one. */
  readonly minAgeMs: number;
}
