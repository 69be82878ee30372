import { BadUserInputError } from '../../model/errors.js';
import { parseGlobalId } from '../../model/global-id.js';
import type { Task } from '../../model/task.js';
import { type HealthChange, isSameTask, type TaskDifference } from '../cache/cache-changes.js';
import { type Freshness, isStale } from '../cache/freshness.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { AuthorizedReader } from '../query/authorized-reader.js';
import { compileFilter } from '../query/compile-filter.js';
import type { TaskFilter } from '../query/task-filter.js';
import { CoalescingStream } from './coalescing-stream.js';
import type { OpenSubscriptions } from './open-subscriptions.js';
import type { PolledCache, Poller } from './poller.js';
import { createTaskChangeStream, type TaskChangeOrError, type TaskChangeStream } from './task-change-stream.js';
import type { TaskChangeKind } from './task-change.js';

const taskNotFoundMessage = 'There is no such task, or you may not read it.';

/**
 * The subscriptions of one caller. Each stream ends at once on `return()`, and leaves no listener and no timer behind.
 */
export class CallerSubscriptions {
  readonly #reader: AuthorizedReader;
  readonly #polled: ReadonlyMap<string, PolledCache>;
  readonly #subscriptions: OpenSubscriptions;

  /** `polled`: the caches that the caller reads, by source name. */
  constructor(reader: AuthorizedReader, polled: ReadonlyMap<string, PolledCache>, subscriptions: OpenSubscriptions) {
    this.#reader = reader;
    this.#polled = polled;
    this.#subscriptions = subscriptions;
  }

  /** A task as it is now, then each change, until it is finished or gone. It fails when there is no such task. */
  task(id: string): AsyncIterableIterator<TaskChangeOrError> {
    return this.#subscriptions.open(this.#createTaskStream, (stream, onEnd) => {
      const taskId = parseGlobalId(id);
      const polled = taskId?.kind === 'task' ? this.#readable(taskId.sourceName) : undefined;
      if (taskId?.kind !== 'task' || polled === undefined) return failWith(new BadUserInputError(taskNotFoundMessage), stream);
      const { sourceTaskId, sourceName } = taskId;
      const { operationStartedAt, maxAgeMs } = this.#reader.freshness();
      const freshness = { operationStartedAt, maxAgeMs: Math.max(maxAgeMs, polled.poller.freshForMs(sourceTaskId)) };
      void watchTask({ ...polled, sourceTaskId, mayRead: () => this.#mayRead(sourceName) }, freshness, stream, onEnd);
    });
  }

  /** Every change of tasks that match a filter, or did before the change. */
  tasks(filter: TaskFilter | null | undefined): AsyncIterableIterator<TaskChangeOrError> {
    const readable = this.#allReadable();
    const kinds = new Map(readable.map(({ cache: { source } }) => [source.name, source.kind]));
    const { matches, mayMatchSource } = compileFilter(filter, { kinds });
    return this.#subscriptions.open(this.#createTaskStream, (stream, onEnd) => {
      for (const { cache, poller } of readable) {
        if (!mayMatchSource(cache.source.name, cache.source.kind)) continue;
        onEnd(watchTasks(cache, matches, stream));
        onEnd(poller.followTasks());
      }
    });
  }

  /** Each change of the health of a source. */
  health(): AsyncIterableIterator<HealthChange> {
    const readable = this.#allReadable();
    const caches = readable.map(({ cache }) => cache);
    return this.#subscriptions.open(
      (release) => createHealthStream(caches, this.#mayRead, release),
      (stream, onEnd) => {
        for (const { cache, poller } of readable) {
          onEnd(watchHealth(cache, stream));
          onEnd(poller.followHealth());
        }
      },
    );
  }

  /** Asked for each event: a right may be taken away during a subscription. */
  readonly #mayRead = (sourceName: string): boolean => this.#reader.cache(sourceName) !== null;

  readonly #createTaskStream = (release: () => void): TaskChangeStream =>
    createTaskChangeStream(this.#mayRead, release, this.#subscriptions.changes);

  #allReadable(): readonly PolledCache[] {
    return this.#reader.caches().flatMap(({ source }) => this.#polled.get(source.name) ?? []);
  }

  #readable(sourceName: string): PolledCache | undefined {
    return this.#reader.cache(sourceName) === null ? undefined : this.#polled.get(sourceName);
  }
}

/** One task that is watched, and the cache that has it. */
interface WatchedTask {
  readonly cache: SourceCache;
  readonly poller: Poller;
  /** The id at the plane. */
  readonly sourceTaskId: string;
  /** Whether the caller may read it; asked for each event. */
  readonly mayRead: () => boolean;
}

/**
 * Feeds a stream with the task as it is now, then with each change, until it is finished or gone. `onEnd` registers
 * what is to be done when the stream is released.
 */
export async function watchTask(
  { cache, poller, sourceTaskId, mayRead }: WatchedTask,
  freshness: Freshness,
  stream: TaskChangeStream,
  onEnd: (release: () => void) => void,
): Promise<void> {
  const result = (await cache.read([sourceTaskId], freshness)).get(sourceTaskId) ?? null;
  if (!stream.isOpen) return;
  if (result === null || !mayRead()) return failWith(new BadUserInputError(taskNotFoundMessage), stream);
  if (result instanceof Error) return failWith(result, stream);
  // A newer state may have been read since this one.
  let last: Task = isStale(result) ? result : (cache.cachedTask(sourceTaskId) ?? result);
  stream.push(last.id, { kind: 'change', change: 'CURRENT', task: last });
  if (last.isFinished) return stream.finish();

  onEnd(
    cache.changes.listenToTask(sourceTaskId, (difference) => {
      if (isNoChange(difference, last)) return;
      if (!mayRead()) return failWith(new BadUserInputError(taskNotFoundMessage), stream);
      const { after } = difference;
      stream.push(last.id, { kind: 'change', change: after === null ? 'GONE' : 'UPDATED', task: after ?? last });
      last = after ?? last;
      if (after === null || after.isFinished) stream.finish();
    }),
  );
  onEnd(poller.followTask(sourceTaskId));
}

/** Delivers an error and ends. */
function failWith(error: Error, stream: TaskChangeStream): void {
  stream.push('', { kind: 'error', error });
  stream.finish();
}

/** The task only entered or left the list; or it had been evicted, and was read again unchanged. */
function isNoChange({ before, after }: TaskDifference, last: Task): boolean {
  return after !== null && (after === before || (before === null && isSameTask(after, last)));
}

/** Feeds a stream with the changes of tasks that match a filter, until the returned function is called. */
export function watchTasks(cache: SourceCache, matches: (task: Task) => boolean, stream: TaskChangeStream): () => void {
  return cache.changes.listen({
    onTasksChanged: (differences) => {
      for (const difference of differences.values()) {
        const change = classifyChange(difference, matches);
        const task = difference.after ?? difference.before;
        if (change !== null && task !== null) stream.push(task.id, { kind: 'change', change, task });
      }
    },
  });
}

/** What a difference is to a subscriber who sees only what matches; null: nothing. */
function classifyChange({ before, after, wasListed, isListed }: TaskDifference, matches: (task: Task) => boolean): TaskChangeKind | null {
  const didMatch = wasListed && before !== null && matches(before);
  if (after === null) return didMatch ? 'GONE' : null;
  if (isListed && matches(after)) return didMatch ? 'UPDATED' : 'ENTERED';
  return didMatch ? 'LEFT' : null;
}

/** Changes of health, each where it differs from what was delivered last. */
function createHealthStream(
  caches: readonly SourceCache[],
  mayRead: (sourceName: string) => boolean,
  release: () => void,
): CoalescingStream<HealthChange, HealthChange> {
  const lastKeys = new Map(caches.map(({ source, changes }) => [source.name, changes.healthKey]));
  return new CoalescingStream<HealthChange, HealthChange>({
    merge: (_pending, next) => (next.key === lastKeys.get(next.sourceName) ? null : next),
    mayDeliver: ({ sourceName }) => mayRead(sourceName),
    deliver: (change) => {
      lastKeys.set(change.sourceName, change.key);
      return change;
    },
    release,
  });
}

/** Feeds such a stream until the returned function is called. */
function watchHealth({ source, changes }: SourceCache, stream: CoalescingStream<HealthChange, HealthChange>): () => void {
  return changes.listen({ onHealthChanged: (change) => stream.push(source.name, change) });
}
