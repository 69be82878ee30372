import { taskIdOf } from '../model/id.js';
import type { Task } from '../model/task.js';
import type { TaskDifference } from '../read/known/task-difference.js';
import { mostChanges, type SeenTask } from './history.js';

/** More tasks than this do not wait to be recorded; then the oldest are given up. */
const mostWaiting = 100_000;

/** What was seen of tasks and is yet to be recorded: one entry a task, however often it changes. */
export class SeenTasks {
  /** By task id, the one that waits longest first. */
  readonly #waiting = new Map<string, SeenTask>();

  get size(): number {
    return this.#waiting.size;
  }

  /** A task of a source differs. Only those of its list are kept: reading a task by its id at the plane leaves no trace. */
  see(sourceName: string, localId: string, { before, after, wasListed, isListed }: TaskDifference, at: number): void {
    const id = taskIdOf(sourceName, localId);
    if (after !== null && isListed) this.#put(seenOf(after), this.#waiting.get(id));
    else if (after === null && before !== null && wasListed) {
      const gone = { at, observedAt: before.observedAt };
      this.#put({ id, task: null, changes: [], gone }, this.#waiting.get(id));
    }
  }

  /** A task that was kept is not there any more; when it went is not known. */
  miss(sourceName: string, localId: string, at: number): void {
    const id = taskIdOf(sourceName, localId);
    this.#put({ id, task: null, changes: [], gone: { at, observedAt: null } }, this.#waiting.get(id));
  }

  /** It is not to be recorded any more. */
  drop(sourceName: string, localId: string): void {
    this.#waiting.delete(taskIdOf(sourceName, localId));
  }

  /** Up to so many, the ones that wait longest. */
  take(most: number): readonly SeenTask[] {
    const taken: SeenTask[] = [];
    for (const [id, seen] of this.#waiting) {
      if (taken.length === most) break;
      taken.push(seen);
      this.#waiting.delete(id);
    }
    return taken;
  }

  /** They could not be recorded: they wait again, under what was seen of them since. */
  putBack(taken: readonly SeenTask[]): void {
    for (const earlier of taken) {
      const later = this.#waiting.get(earlier.id);
      this.#put(later ?? earlier, later === undefined ? undefined : earlier);
    }
  }

  #put(seen: SeenTask, earlier: SeenTask | undefined): void {
    this.#waiting.set(seen.id, earlier === undefined ? seen : merged(earlier, seen));
    for (const id of this.#waiting.keys()) {
      if (this.#waiting.size <= mostWaiting) break;
      this.#waiting.delete(id);
    }
  }
}

function seenOf(task: Task): SeenTask {
  const { id, status, sourceStatus, changedAt } = task;
  return { id, task, changes: [{ status, sourceStatus, at: changedAt }], gone: null };
}

function merged(earlier: SeenTask, later: SeenTask): SeenTask {
  const changes = [...earlier.changes, ...later.changes].slice(-mostChanges);
  return { ...later, task: later.task ?? earlier.task, changes };
}
