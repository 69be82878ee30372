import QuickLru from 'quick-lru';

/** What clients send again and again is a few dozen texts, and rarely longer. Twice 200 of them (see quick-lru) take at most 12 MB. */
const remembered = { texts: 200, characters: 8_192 };

/**
 * Remembers what texts mean that are received again and again, such as the request of a wallboard, from the second time on. The values are
 * frozen, because requests share them; and they are the same objects each time, so that others can remember what follows from them.
 */
export class RepeatedTexts {
  /** Null for a text that was received once. */
  readonly #values = new QuickLru<string, object | null>({ maxSize: remembered.texts });

  /** What the text means; undefined where it has to be parsed, and then passed to `add`. */
  find(text: string): object | undefined {
    return this.#values.get(text) ?? undefined;
  }

  add(text: string, value: unknown): void {
    if (text.length > remembered.characters || typeof value !== 'object' || value === null) return;
    this.#values.set(text, this.#values.has(text) ? freezeDeeply(value) : null);
  }
}

function freezeDeeply<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freezeDeeply(member);
  return Object.freeze(value);
}
