import { BadUserInputError } from '../error/bad-user-input-error.js';
import { parseId } from '../model/id.js';
import { compileFilter } from '../read/filter/compile-filter.js';
import type { TaskFilter } from '../read/filter/filter.js';
import type { Reader } from '../read/reader.js';
import { createTaskChangeStream, type TaskChangeOrError, type TaskChangeStream } from './task-change-stream.js';
import { createHealthStream, watchHealth } from './watch-health.js';
import { absent, failWith, watchTask } from './watch-task.js';
import { watchTasks } from './watch-tasks.js';
import type { PolledView } from './polled-view.js';
import type { Watches } from './watches.js';

/** Watches for one caller. Everything it gives ends at once on `return()`, and leaves nothing behind. */
export class Watching {
  readonly #reader: Reader;
  readonly #polled: ReadonlyMap<string, PolledView>;
  readonly #watches: Watches;

  /** `polled`: what the caller sees of each source, by its name. */
  constructor(reader: Reader, polled: ReadonlyMap<string, PolledView>, watches: Watches) {
    this.#reader = reader;
    this.#polled = polled;
    this.#watches = watches;
  }

  /** A task as it is now, then each change, until it is finished or gone. One that is absent gives an error. */
  task(id: string): AsyncIterableIterator<TaskChangeOrError> {
    return this.#watches.open(this.#createTaskStream, (stream, onEnd) => {
      const place = parseId(id);
      const polled = place?.of === 'task' ? this.#readable(place.sourceName) : undefined;
      if (place?.of !== 'task' || polled === undefined) return failWith(new BadUserInputError(absent), stream);
      const { localId, sourceName } = place;
      const { since, maxAgeMs } = this.#reader.freshness();
      const freshness = { since, maxAgeMs: Math.max(maxAgeMs, polled.poller.freshForMs(localId)) };
      void watchTask({ ...polled, localId, mayRead: () => this.#mayRead(sourceName) }, freshness, stream, onEnd);
    });
  }

  /** Every change among the tasks that match a filter, or did. */
  tasks(filter: TaskFilter | null | undefined): AsyncIterableIterator<TaskChangeOrError> {
    const readable = this.#allReadable();
    const { matches, sources } = compileFilter(filter, {
      kinds: new Map(readable.map(({ view: { source } }) => [source.name, source.kind])),
    });
    return this.#watches.open(this.#createTaskStream, (stream, onEnd) => {
      for (const { view, poller } of readable.filter(({ view: { source } }) => sources(source.name, source.kind))) {
        onEnd(watchTasks(view, matches, stream));
        onEnd(poller.followTasks());
      }
    });
  }

  /** Names of sources, each when its health changes. */
  health(): AsyncIterableIterator<string> {
    const readable = this.#allReadable();
    const views = readable.map(({ view }) => view);
    return this.#watches.open(
      (release) => createHealthStream(views, this.#mayRead, release),
      (stream, onEnd) => {
        for (const { view, poller } of readable) {
          onEnd(watchHealth(view, stream));
          onEnd(poller.followHealth());
        }
      },
    );
  }

  /** Asked for each event: a right may be taken away while somebody watches. */
  readonly #mayRead = (sourceName: string): boolean => this.#reader.view(sourceName) !== null;

  readonly #createTaskStream = (release: () => void): TaskChangeStream =>
    createTaskChangeStream(this.#mayRead, release, this.#watches.changes);

  #allReadable(): readonly PolledView[] {
    return this.#reader.views().flatMap(({ source }) => this.#polled.get(source.name) ?? []);
  }

  #readable(sourceName: string): PolledView | undefined {
    return this.#reader.view(sourceName) === null ? undefined : this.#polled.get(sourceName);
  }
}
