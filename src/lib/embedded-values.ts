/** A JSON object, a Python dictionary or an array inside a text: `text.slice(start, end)`. */
export interface EmbeddedValue {
  readonly start: number;
  readonly end: number;
  /** Objects are Maps, so that no key of theirs has a meaning. */
  readonly value: unknown;
  /** The text ended before the value did. */
  readonly isTruncated: boolean;
}

/** After so many values, or starts that were none, the rest is text: no plane sends as many for people to read. */
const maxFound = 20;
const maxFailed = 50;

/**
 * Finds the JSON objects, Python dictionaries and arrays of them in a text, from left to right; none is inside another. Both
 * notations may be escaped once or several times, as JSON within JSON is, and a value that the end of the text cuts off
 * counts as far as it goes. Only the first 20 are found. It never throws, and its time is linear in the length of the text.
 *
 * Why no library: they parse a text that is JSON from its first character to its last, and none reads both notations.
 */
export function findEmbeddedValues(text: string): readonly EmbeddedValue[] {
  const parser = new LiteralParser(text);
  const found: EmbeddedValue[] = [];
  let failedCount = 0;
  const opening = /\{(?=\s{0,20}[bru]{0,2}\\{0,7}["'])|\[(?=\s{0,20}\{)/gi;
  for (let match = opening.exec(text); match !== null && failedCount < maxFailed && found.length < maxFound; match = opening.exec(text)) {
    const value = parser.parse(match.index);
    if (value === null) failedCount++;
    if (value === null) continue;
    found.push(value);
    opening.lastIndex = value.end;
  }
  return found;
}

/** Values are nested at most so deeply; deeper ones are text. */
const maxDepth = 24;

/**
 * Thrown where the parser has to give a value up, and caught where the value begins. One object, because recording a
 * stack for each of thousands takes most of the time.
 */
const notAValue = new Error('This is no value.');

class LiteralParser {
  readonly #text: string;
  /** Characters that may still be read, so that texts that are read again and again from another start take bounded time. */
  #budget: number;
  #at = 0;
  #isTruncated = false;

  constructor(text: string) {
    this.#text = text;
    this.#budget = 4 * text.length + 1_000;
  }

  /** Null where no value begins at this index. */
  parse(start: number): EmbeddedValue | null {
    this.#at = start;
    this.#isTruncated = false;
    try {
      const value = this.#readValue(0);
      return { start, end: this.#at, value, isTruncated: this.#isTruncated };
    } catch (error) {
      if (error === notAValue) return null;
      throw error;
    }
  }

  #readValue(depth: number): unknown {
    if (depth > maxDepth) throw notAValue;
    const mark = this.#next();
    if (mark === '{') return this.#readObject(depth);
    if (mark === '[' || mark === '(') return this.#readArray(mark === '[' ? ']' : ')', depth);
    return this.#readString() ?? this.#readWord(depth);
  }

  #readObject(depth: number): ReadonlyMap<string, unknown> {
    const object = new Map<string, unknown>();
    this.#readEntries('}', () => {
      const key = this.#readString();
      const colon = this.#next();
      if (key === null || (colon !== ':' && colon !== '')) throw notAValue;
      this.#at += colon.length;
      object.set(key, this.#next() === '' ? null : this.#readValue(depth + 1));
    });
    return object;
  }

  #readArray(closing: string, depth: number): readonly unknown[] {
    const items: unknown[] = [];
    this.#readEntries(closing, () => items.push(this.#readValue(depth + 1)));
    return items;
  }

  /** From the opening mark to the closing one or the end of the text; a comma follows each entry but the last. */
  #readEntries(closing: string, readEntry: () => void): void {
    this.#at++;
    this.#spend(1);
    for (;;) {
      const mark = this.#next();
      if (mark === closing) break;
      if (mark !== '') readEntry();
      const following = this.#next();
      if (following === '') this.#isTruncated = true;
      if (following === '') return;
      if (following === ',') this.#at++;
      else if (following !== closing) throw notAValue;
    }
    this.#at++;
  }

  /** The next character that is no space, unread; empty at the end of the text. */
  #next(): string {
    const space = /\s*/y;
    space.lastIndex = this.#at;
    space.exec(this.#text);
    this.#spend(space.lastIndex - this.#at);
    this.#at = space.lastIndex;
    return this.#text.charAt(this.#at);
  }

  /** Null where no quotation mark stands here. Python may put a letter before it, and an outer JSON backslashes. */
  #readString(): string | null {
    const opening = /[bru]{0,2}(\\{0,7}["'])/iy;
    opening.lastIndex = this.#at;
    const mark = opening.exec(this.#text)?.[1];
    if (mark === undefined) return null;
    const start = opening.lastIndex;
    const end = this.#findClosing(mark, start);
    this.#spend((end ?? this.#text.length) - this.#at);
    this.#isTruncated ||= end === null;
    this.#at = end === null ? this.#text.length : end + mark.length;
    return unescape(this.#text.slice(start, end ?? undefined), mark.length);
  }

  #findClosing(mark: string, start: number): number | null {
    for (let at = this.#text.indexOf(mark, start); at !== -1; at = this.#text.indexOf(mark, at + 1)) {
      let before = at;
      while (before > start && this.#text.charAt(before - 1) === '\\') before--;
      const isEscaped = mark.length === 1 ? (at - before) % 2 === 1 : at > before;
      this.#spend(at - before + 1);
      if (!isEscaped) return at;
    }
    return null;
  }

  /** A number, a constant, or a call of Python such as `UUID('…')`, whose arguments are its value. */
  #readWord(depth: number): unknown {
    const word = /[-+\w.]{1,100}/y;
    word.lastIndex = this.#at;
    const text = word.exec(this.#text)?.[0];
    if (text === undefined) throw notAValue;
    this.#spend(text.length);
    this.#at = word.lastIndex;
    if (this.#text.charAt(this.#at) === '(') return this.#readArray(')', depth + 1);
    if (this.#at === this.#text.length) this.#isTruncated = true;
    if (constants.has(text)) return constants.get(text);
    const value = Number(text);
    if (Number.isNaN(value) && !this.#isTruncated) throw notAValue;
    return value;
  }

  #spend(characters: number): void {
    this.#budget -= characters;
    if (this.#budget < 0) throw notAValue;
  }
}

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
  ['NaN', null],
]);

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** `markLength`: of the quotation mark with the backslashes before it, of which each level of JSON doubles the number. */
function unescape(text: string, markLength: number): string {
  let result = text;
  for (let length = markLength; length >= 1 && result.includes('\\'); length = Math.floor(length / 2)) {
    result = result.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|(.))/gis, (_, unicode?: string, byte?: string, mark = '') =>
      unicode === undefined && byte === undefined
        ? (escapes[String(mark)] ?? String(mark))
        : String.fromCharCode(Number.parseInt(unicode ?? byte ?? '', 16)),
    );
  }
  return result;
}
