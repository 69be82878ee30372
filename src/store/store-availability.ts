import { StoreUnavailableError } from '../model/errors.js';

/** What a job does with the database of a store. */
export type StoreAccess = 'read' | 'write';

/** What uses a store, each with outages of its own: a full or locked database can still be read. */
type StorePart = StoreAccess | 'replication';

/** Thrown inside a store whose database answers and must not be used. The message says why, in words without a full stop. */
export class StoreOutageError extends Error {
  override readonly name = 'StoreOutageError';
}

interface StoreAvailabilityListener {
  /** The store can no longer be used. `reason`: words without a full stop, such as "the disk is full". */
  onLost(reason: string): void;
  /** It can be used again, after so many milliseconds. */
  onRestored(afterMs: number): void;
}

/**
 * Whether the store can be used, as its users find it. An outage is reported once, and so is its end, however many
 * operations fail in between.
 */
export class StoreAvailability {
  readonly #listener: StoreAvailabilityListener;
  readonly #now: () => number;
  readonly #failing = new Set<StorePart>();
  #lostAt = 0;

  /** `now`: milliseconds since 1970, of a clock that is never set back. */
  constructor(now: () => number, listener: StoreAvailabilityListener) {
    this.#now = now;
    this.#listener = listener;
  }

  /**
   * Runs an operation of the store. A write that succeeds ends an outage; a read ends only what a read has reported.
   * `describeOutage` says in words why an error means that the store cannot be used; null for an error of the operation
   * alone. An outage is thrown as a StoreUnavailableError.
   */
  async watch<Value>(
    access: StoreAccess,
    describeOutage: (error: unknown) => string | null,
    operation: () => Promise<Value>,
  ): Promise<Value> {
    try {
      const value = await operation();
      this.succeeded('read');
      if (access === 'write') this.succeeded('write');
      return value;
    } catch (error) {
      const reason = error instanceof StoreOutageError ? error.message : describeOutage(error);
      if (reason === null) throw error;
      this.failed(access, reason);
      throw new StoreUnavailableError('The gateway cannot use its store now; try again later.', { cause: error });
    }
  }

  failed(part: StorePart, reason: string): void {
    const isFirst = this.#failing.size === 0;
    this.#failing.add(part);
    if (!isFirst) return;
    this.#lostAt = this.#now();
    this.#listener.onLost(reason);
  }

  succeeded(part: StorePart): void {
    if (this.#failing.delete(part) && this.#failing.size === 0) this.#listener.onRestored(this.#now() - this.#lostAt);
  }
}
