import type { JsonObject } from '../../task/scalars/json-object.js';
import { identified } from './task-id.js';

/** What the pages of a list bring together: each task once, whatever shifts between pages. */
export class Collected {
  /** By their ids at the plane, in its order. */
  readonly tasks = new Map<string, JsonObject>();
  /** More came than `maxItems` allows. */
  isCut = false;
  readonly #maxItems: number;
  readonly #malformed = new Set<string>();

  /** 0 is no limit. */
  constructor(maxItems: number) {
    this.#maxItems = maxItems === 0 ? Infinity : maxItems;
  }

  get malformedCount(): number {
    return this.#malformed.size;
  }

  /** All that came, readable or not. */
  get size(): number {
    return this.tasks.size + this.#malformed.size;
  }

  /** Adds a page; whether it brought something new. */
  add(elements: readonly unknown[]): boolean {
    const before = this.size;
    const seen = new Map<string, number>();
    for (const element of elements) {
      const task = identified(element);
      if (task === null) this.#addMalformed(element, seen);
      else if (this.tasks.has(task.id) || this.tasks.size < this.#maxItems) this.tasks.set(task.id, task.wire);
      else this.isCut = true;
    }
    return this.size > before;
  }

  /** Equal ones count once for each time that one page holds them, so that a page that comes twice counts once. */
  #addMalformed(element: unknown, seen: Map<string, number>): void {
    const text = JSON.stringify(element);
    const place = seen.get(text) ?? 0;
    seen.set(text, place + 1);
    this.#malformed.add(`${place} ${text}`);
  }
}
