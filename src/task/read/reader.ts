import { setImmediate } from 'node:timers/promises';

import type { Caller } from '../caller.js';
import { BadUserInputError } from '../error/bad-user-input-error.js';
import { SourceProblemError } from '../error/source-problem-error.js';
import { sourceIdOf } from '../model/id.js';
import type { CreationWindow, ForgottenList, ForgottenTasks } from '../history/forgotten-tasks.js';
import type { Task } from '../model/task.js';
import type { JsonObject } from '../scalars/json-object.js';
import type { TaskSourceHealth } from '../source/health.js';
import type { TaskSource } from '../source/task-source.js';
import type { Freshness } from './view/freshness.js';
import {
  type ChildrenLoader,
  createChildrenLoader,
  createPayloadLoader,
  createTaskLoader,
  type PayloadLoader,
  type TaskLoader,
} from './loader.js';
import type { Snapshot } from './view/snapshot.js';
import type { View } from './view/view.js';

export interface ReaderOptions {
  /** By source name, in the order of the configuration. */
  readonly views: ReadonlyMap<string, View>;
  readonly caller: Caller;
  /** When the operation came in, in milliseconds since 1970. */
  readonly since: number;
  /** The configuration's `reads`, in milliseconds. */
  readonly reads: { readonly maxAgeMs: number; readonly minAgeMs: number };
  /** What planes no longer have. */
  readonly forgotten: ForgottenTasks;
}

interface Loaders {
  readonly tasks: TaskLoader;
  readonly children: ChildrenLoader;
  readonly payloads: PayloadLoader;
}

/** Reads for one caller, one operation long. Every read passes here, so here it is decided what the caller may read. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #loaders = new Map<string, Loaders>();
  /** By source name, the strictest age that this operation has asked for, in milliseconds. */
  readonly #wanted = new Map<string, number>();
  /** By source name, what this operation has begun to read. */
  readonly #begun = new Map<string, Promise<unknown>[]>();

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** When the operation came in, in milliseconds since 1970. */
  get since(): number {
    return this.#options.since;
  }

  /** The sources that the caller may read, in the order of the configuration. */
  views(): readonly View[] {
    return [...this.#options.views.values()].filter((view) => this.#options.caller.may('read', view.source.name));
  }

  /** Null when there is no such source, or the caller may not read it. */
  view(sourceName: string): View | null {
    const view = this.#options.views.get(sourceName);
    return view !== undefined && this.#options.caller.may('read', sourceName) ? view : null;
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
  inheritedFreshness({ source }: View): Freshness {
    return { since: this.since, maxAgeMs: this.#wanted.get(source.name) ?? this.freshness().maxAgeMs };
  }

  /** All tasks of a source; it never rejects. */
  snapshot(view: View, maxAgeMs?: number | null): Promise<Snapshot> {
    return this.#remember(view, view.list(this.#want(view, maxAgeMs)));
  }

  /** Tasks of a source that its plane no longer has. */
  forgotten({ source }: View, window: CreationWindow): Promise<ForgottenList> {
    return this.#options.forgotten.list(source, window);
  }

  /** Null when there is no such task, or it may not be read; rejects with a SourceProblemError when its plane does not say. */
  async task(sourceName: string, localId: string, maxAgeMs?: number | null): Promise<Task | null> {
    const { maxAgeMs: allowed } = this.freshness(maxAgeMs);
    const view = this.view(sourceName);
    if (view === null) return null;
    return this.#remember(view, this.#loadersOf(view).tasks.load({ localId, maxAgeMs: this.#want(view, allowed).maxAgeMs }));
  }

  /** The tasks that are part of another one, in the plane's order. */
  async childrenOf(task: Task): Promise<readonly Task[]> {
    const view = this.view(task.sourceName);
    if (view === null) return [];
    if (task.isForgotten !== true) return this.#remember(view, this.#loadersOf(view).children.load(task.sourceTaskId));
    return [...view.knownChildrenOf(task.sourceTaskId), ...(await this.#options.forgotten.childrenOf(task))];
  }

  /** Null when it has none, or when that one is not known. */
  async parentOf(task: Task): Promise<Task | null> {
    const view = task.parentTaskId === null ? null : this.view(task.sourceName);
    if (view === null || task.parentTaskId === null) return null;
    const freshness = this.inheritedFreshness(view);
    if (view.hasFreshList(freshness))
      return view.known(task.parentTaskId) ?? this.#options.forgotten.absent(view.source, task.parentTaskId);
    try {
      return await this.task(task.sourceName, task.parentTaskId, freshness.maxAgeMs);
    } catch (error) {
      if (error instanceof SourceProblemError) return null;
      throw error;
    }
  }

  /** What the plane sent of a task; null where nothing was sent, or nothing of it is to be had any more. */
  payloadOf(task: Task): JsonObject | null | Promise<JsonObject | null> {
    const view = this.view(task.sourceName);
    if (view === null || !view.isPayloadCut(task)) return task.payload;
    return this.#remember(view, this.#loadersOf(view).payloads.load(task.sourceTaskId));
  }

  describe(view: View): TaskSource {
    const { name, kind, displayName, capabilities } = view.source;
    return { __typename: 'TaskSource', id: sourceIdOf(name), name, kind, displayName, capabilities };
  }

  /**
   * How a source is doing once all that this operation reads of it is read, wherever in the operation that stands; it
   * reads nothing itself. Null when there is no such source, or the caller may not read it.
   */
  async healthOf(sourceName: string): Promise<TaskSourceHealth | null> {
    const begun = this.#begunOf(sourceName);
    let awaited = -1;
    while (awaited < begun.length) {
      awaited = begun.length;
      await Promise.allSettled(begun);
      // Fields beside this one, and those below what has just been read, have begun by the next turn.
      await setImmediate();
    }
    return this.view(sourceName)?.health() ?? null;
  }

  #begunOf(sourceName: string): Promise<unknown>[] {
    const begun = this.#begun.get(sourceName) ?? [];
    this.#begun.set(sourceName, begun);
    return begun;
  }

  #remember<T>({ source }: View, reading: Promise<T>): Promise<T> {
    this.#begunOf(source.name).push(reading);
    return reading;
  }

  #want(view: View, maxAgeMs: number | null | undefined): Freshness {
    const { name } = view.source;
    const freshness = this.freshness(maxAgeMs);
    this.#wanted.set(name, Math.min(freshness.maxAgeMs, this.#wanted.get(name) ?? Infinity));
    return freshness;
  }

  #loadersOf(view: View): Loaders {
    const { name } = view.source;
    const loaders = this.#loaders.get(name) ?? {
      tasks: createTaskLoader(view, this.since, this.#options.forgotten),
      children: createChildrenLoader(view, () => this.inheritedFreshness(view)),
      payloads: createPayloadLoader(view),
    };
    this.#loaders.set(name, loaders);
    return loaders;
  }
}
