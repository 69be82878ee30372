import { BadUserInputError } from '../../model/errors.js';
import { parseGlobalId } from '../../model/global-id.js';
import type { Task } from '../../model/task.js';
import { isSameTask, type TaskDifference } from '../cache/cache-changes.js';
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

/** Watches for one caller. Everything it gives ends at once on `return()`, and leaves nothing behind. */
export class CallerSubscriptions {
  readonly #reader: AuthorizedReader;
  readonly #polled: ReadonlyMap<string, PolledCache>;
  readonly #watches: OpenSubscriptions;

  /** `polled`: what the caller sees of each source, by its name. */
  constructor(reader: AuthorizedReader, polled: ReadonlyMap<string, PolledCache>, watches: OpenSubscriptions) {
    this.#reader = reader;
    this.#polled = polled;
    this.#watches = watches;
  }

  /** A task as it is now, then each change, until it is finished or gone. One that is absent gives an error. */
  task(id: string): AsyncIterableIterator<TaskChangeOrError> {
    return this.#watches.open(this.#createTaskStream, (stream, onEnd) => {
      const place = parseGlobalId(id);
      const polled = place?.kind === 'task' ? this.#readable(place.sourceName) : undefined;
      if (place?.kind !== 'task' || polled === undefined) return failWith(new BadUserInputError(taskNotFoundMessage), stream);
      const { sourceTaskId, sourceName } = place;
      const { since, maxAgeMs } = this.#reader.freshness();
      const freshness = { since, maxAgeMs: Math.max(maxAgeMs, polled.poller.freshForMs(sourceTaskId)) };
      void watchTask({ ...polled, sourceTaskId, mayRead: () => this.#mayRead(sourceName) }, freshness, stream, onEnd);
    });
  }

  /** Every change among the tasks that match a filter, or did. */
  tasks(filter: TaskFilter | null | undefined): AsyncIterableIterator<TaskChangeOrError> {
    const readable = this.#allReadable();
    const { matches, mayMatchSource: sources } = compileFilter(filter, {
      kinds: new Map(readable.map(({ cache: { source } }) => [source.name, source.kind])),
    });
    return this.#watches.open(this.#createTaskStream, (stream, onEnd) => {
      for (const { cache, poller } of readable.filter(({ cache: { source } }) => sources(source.name, source.kind))) {
        onEnd(watchTasks(cache, matches, stream));
        onEnd(poller.followTasks());
      }
    });
  }

  /** Names of sources, each when its health changes. */
  health(): AsyncIterableIterator<string> {
    const readable = this.#allReadable();
    const caches = readable.map(({ cache }) => cache);
    return this.#watches.open(
      (release) => createHealthStream(caches, this.#mayRead, release),
      (stream, onEnd) => {
        for (const { cache, poller } of readable) {
          onEnd(watchHealth(cache, stream));
          onEnd(poller.followHealth());
        }
      },
    );
  }

  /** Asked for each event: a right may be taken away while somebody watches. */
  readonly #mayRead = (sourceName: string): boolean => this.#reader.cache(sourceName) !== null;

  readonly #createTaskStream = (release: () => void): TaskChangeStream =>
    createTaskChangeStream(this.#mayRead, release, this.#watches.changes);

  #allReadable(): readonly PolledCache[] {
    return this.#reader.caches().flatMap(({ source }) => this.#polled.get(source.name) ?? []);
  }

  #readable(sourceName: string): PolledCache | undefined {
    return this.#reader.cache(sourceName) === null ? undefined : this.#polled.get(sourceName);
  }
}

/** One task that is watched, and where it is known. */
export interface WatchedTask {
  readonly cache: SourceCache;
  readonly poller: Poller;
  /** The id at the plane. */
  readonly sourceTaskId: string;
  /** Whether the caller may read it; asked each time. */
  readonly mayRead: () => boolean;
}

/**
 * Feeds a stream with the task as it is now, then with each change, until it is finished or gone. `onEnd` gets what is to be
 * done when the stream is released.
 */
export async function watchTask(
  { cache, poller, sourceTaskId, mayRead }: WatchedTask,
  freshness: Freshness,
  stream: TaskChangeStream,
  onEnd: (release: () => void) => void,
): Promise<void> {
  const answer = (await cache.read([sourceTaskId], freshness)).get(sourceTaskId) ?? null;
  if (!stream.isOpen) return;
  if (answer === null || !mayRead()) return failWith(new BadUserInputError(taskNotFoundMessage), stream);
  if (answer instanceof Error) return failWith(answer, stream);
  // Between the answer and this line a newer one may have come.
  let last: Task = isStale(answer) ? answer : (cache.cachedTask(sourceTaskId) ?? answer);
  stream.push(last.id, { kind: 'CURRENT', task: last });
  if (last.isFinished) return stream.finish();

  onEnd(
    cache.changes.listen({
      tasks: (differences) => {
        const difference = differences.get(sourceTaskId);
        if (difference === undefined || isNoChange(difference, last)) return;
        if (!mayRead()) return failWith(new BadUserInputError(taskNotFoundMessage), stream);
        const { after } = difference;
        stream.push(last.id, after === null ? { kind: 'GONE', task: last } : { kind: 'UPDATED', task: after });
        last = after ?? last;
        if (after === null || after.isFinished) stream.finish();
      },
    }),
  );
  onEnd(poller.followTask(sourceTaskId));
}

/** Says why nothing can be said, and ends. */
export function failWith(error: Error, stream: TaskChangeStream): void {
  stream.push('', { error });
  stream.finish();
}

export const taskNotFoundMessage = 'There is no such task, or you may not read it.';

/** It was put into the list or taken out of it; or it had been forgotten, and is read again as it was. */
function isNoChange({ before, after }: TaskDifference, last: Task): boolean {
  return after !== null && (after === before || (before === null && isSameTask(after, last)));
}

/** Feeds a stream with the changes of a cache's tasks, as a filter sees them, until the returned function is called. */
export function watchTasks(cache: SourceCache, matches: (task: Task) => boolean, stream: TaskChangeStream): () => void {
  return cache.changes.listen({
    tasks: (differences) => {
      for (const difference of differences.values()) {
        const kind = classifyChange(difference, matches);
        const task = difference.after ?? difference.before;
        if (kind !== null && task !== null) stream.push(task.id, { kind, task });
      }
    },
  });
}

/** What a difference is to one who sees only what matches; null: nothing. */
function classifyChange({ before, after, wasListed, isListed }: TaskDifference, matches: (task: Task) => boolean): TaskChangeKind | null {
  const didMatch = wasListed && before !== null && matches(before);
  if (after === null) return didMatch ? 'GONE' : null;
  if (isListed && matches(after)) return didMatch ? 'UPDATED' : 'ENTERED';
  return didMatch ? 'LEFT' : null;
}

interface HealthEvent {
  readonly sourceName: string;
  readonly key: string;
}

/** Names of sources, each when its health became another one than was told last. */
export function createHealthStream(
  caches: readonly SourceCache[],
  mayRead: (sourceName: string) => boolean,
  release: () => void,
): CoalescingStream<HealthEvent, string> {
  const told = new Map(caches.map(({ source, changes }) => [source.name, changes.healthKey]));
  return new CoalescingStream<HealthEvent, string>({
    merge: (_pending, next) => (next.key === told.get(next.sourceName) ? null : next),
    mayDeliver: ({ sourceName }) => mayRead(sourceName),
    deliver: ({ sourceName, key }) => {
      told.set(sourceName, key);
      return sourceName;
    },
    release,
  });
}

/** Feeds such a stream until the returned function is called. */
export function watchHealth({ source, changes }: SourceCache, stream: CoalescingStream<HealthEvent, string>): () => void {
  return changes.listen({ health: (key) => stream.push(source.name, { sourceName: source.name, key }) });
}
