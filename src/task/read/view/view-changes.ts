import type { TaskDifferences } from '../known/task-difference.js';

/** What wants to hear of a view's changes. It is called in the middle of taking over a reading: it must be quick and never throw. */
export interface ViewListener {
  /** Tasks differ, those included that are no news: all of the first list are. */
  seen?(differences: TaskDifferences): void;
  /** Tasks differ. */
  tasks?(differences: TaskDifferences): void;
  /** Status or problem of the source is another one; the key tells one from another. */
  health?(key: string): void;
  /** A list was read. `isWhole`: a task that is not in it is not at the plane either. */
  listed?(isWhole: boolean): void;
  /** Something was read, whether anything differs or not. */
  read?(): void;
}

/** Tells everyone who listens what is known otherwise than before. */
export class ViewChanges {
  readonly #listeners = new Set<ViewListener>();
  #hasBaseline = false;
  #healthKey: string;

  constructor(healthKey: string) {
    this.#healthKey = healthKey;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Whether the first list has been read. */
  get hasBaseline(): boolean {
    return this.#hasBaseline;
  }

  /** Status and problem of the source, as it was told last. */
  get healthKey(): string {
    return this.#healthKey;
  }

  /** Until the returned function is called. */
  listen(listener: ViewListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Before the first list, that a task is in it is no news: whoever asks gets it from that same list. From the first list on
   * it is, also where that one failed: then whoever asked got nothing.
   */
  listed(isWhole: boolean): void {
    this.#hasBaseline = true;
    for (const listener of this.#listeners) listener.listed?.(isWhole);
  }

  /** The first list was adopted from another process: it was no news. */
  adopted(): void {
    this.#hasBaseline = true;
  }

  tell(differences: TaskDifferences, healthKey: string): void {
    const news = this.#hasBaseline ? differences : withoutBacklog(differences);
    const isOtherHealth = healthKey !== this.#healthKey;
    this.#healthKey = healthKey;
    for (const listener of this.#listeners) {
      if (differences.size > 0) listener.seen?.(differences);
      if (news.size > 0) listener.tasks?.(news);
      if (isOtherHealth) listener.health?.(healthKey);
      listener.read?.();
    }
  }
}

/** Only what differs of tasks that were known, as if they had been listed all along. */
function withoutBacklog(differences: TaskDifferences): TaskDifferences {
  const changed = [...differences].filter(([, { before, after }]) => before !== null && before !== after);
  return new Map(changed.map(([localId, difference]) => [localId, { ...difference, wasListed: difference.isListed }]));
}
