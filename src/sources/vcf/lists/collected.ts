import type { JsonObject } from '../../../task/scalars/json-object.js';
import { fingerprintOf } from '../../../task/source/fingerprint-of.js';
import { identified } from '../task-id.js';

/** What the pages of a list bring together: each task once, whatever shifts between pages. */
export class Collected {
  /** By their ids at the plane, in its order. */
  readonly tasks = new Map<string, JsonObject>();
  /** More came than `maxItems` allows. */
  isCut = false;
  readonly #maxItems: number;
  readonly #malformed = new Set<string>();
  /** Made page by page, so that a long list holds up nobody. */
  readonly #fingerprints = new Map<string, string>();

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

  /** Of a task that came; undefined of any other. */
  fingerprintOf(id: string): string | undefined {
    return this.#fingerprints.get(id);
  }

  /** Adds a page, and gives the ids of what it held of tasks that can be read, in its order. */
  add(elements: readonly unknown[]): readonly string[] {
    const seen = new Map<string, number>();
    const ids: string[] = [];
    for (const element of elements) {
      const task = identified(element);
      if (task === null) this.#addMalformed(element, seen);
      else if (this.tasks.has(task.id) || this.tasks.size < this.#maxItems) {
        this.tasks.set(task.id, task.wire);
        this.#fingerprints.set(task.id, fingerprintOf(task.wire));
        ids.push(task.id);
      } else this.isCut = true;
    }
    return ids;
  }

  /** Equal ones count once for each time that one page holds them, so that a page that comes twice counts once. */
  #addMalformed(element: unknown, seen: Map<string, number>): void {
    const text = JSON.stringify(element);
    const place = seen.get(text) ?? 0;
    seen.set(text, place + 1);
    this.#malformed.add(`${place} ${text}`);
  }
}
