import type { ExecutionResult } from 'graphql';

import type { Json } from './post.js';
import { waitUntil } from './wait-until.js';

/** The events of one subscription, taken as they come. */
export class Events {
  readonly all: ExecutionResult[] = [];
  isOver = false;
  readonly #source: AsyncIterableIterator<ExecutionResult>;
  #read = 0;

  constructor(source: AsyncIterableIterator<ExecutionResult>) {
    this.#source = source;
    void this.#take();
  }

  /** The next event: the value of its one field, or the whole result where it has errors. */
  async next(): Promise<Json> {
    await waitUntil(() => this.all.length > this.#read || this.isOver, 'an event');
    const result = this.all[this.#read++];
    if (result === undefined) throw new Error('There are no more events.');
    return result.errors === undefined ? Object.values(result.data ?? {})[0] : result;
  }

  /** Events that were not looked at. */
  get unread(): number {
    return this.all.length - this.#read;
  }

  async ended(): Promise<void> {
    await waitUntil(() => this.isOver, 'the end of the events');
  }

  async leave(): Promise<void> {
    await this.#source.return?.();
  }

  async #take(): Promise<void> {
    for await (const result of this.#source) this.all.push(result);
    this.isOver = true;
  }
}
