import { hash } from 'node:crypto';

import { runAtOnce, type Steps } from '../../lib/slices.js';
import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { isJsonDepthWithin, maxJsonDepth } from './json-depth.js';

/**
 * A list in JSON, such as `{"items":[{…},{…}],"metadata":{}}`, that is read item by item. An item whose text is the same as
 * in the list before stays the same object, so that what was made of it stays valid: a list of which little has changed
 * costs little more than the comparison of its bytes.
 *
 * Items are objects here, because an object ends where its text ends: when the text of a known item stands where an item
 * begins, it is that item, whatever follows.
 */
export class JsonList {
  /** The object around the list, in which the list is empty. */
  readonly envelope: JsonObject;
  readonly items: readonly JsonItem[];
  readonly #bytes: Buffer;
  readonly #ranges: readonly TextRange[];

  private constructor(envelope: JsonObject, bytes: Buffer, ranges: readonly TextRange[], items: readonly JsonItem[]) {
    this.envelope = envelope;
    this.items = items;
    this.#bytes = bytes;
    this.#ranges = ranges;
  }

  /**
   * Reads the list in a member of a JSON object. Null where the text is not JSON, has a secret in it, or is anything else
   * than expected: it must be parsed as a whole then. What it returns is what `JSON.parse` makes of the whole text.
   */
  static parse(bytes: Buffer, options: ListOptions): JsonList | null {
    return runAtOnce(JsonList.parseInSteps(bytes, options));
  }

  /** The same with a step for each item. */
  static *parseInSteps(bytes: Buffer, options: ListOptions): Steps<JsonList | null> {
    const start = findList(bytes, options.member);
    // A secret without such characters can only stand inside an item, or around the list.
    if (start === null || options.secrets.some((secret) => /[^\w.~+/=-]/.test(secret) && bytes.includes(secret))) return null;
    const read = yield* new ItemReader(bytes, start, options).readInSteps();
    if (read === null) return null;
    const envelope = parseEnvelope(bytes, options, start, read.end);
    if (envelope === null) return null;
    return new JsonList(envelope, bytes, read.ranges, read.items);
  }

  /** Its items take their text from its bytes from now on, so that those of the list before need not stay in memory. */
  adoptItems(): void {
    for (const [index, item] of this.items.entries()) {
      const range = this.#ranges[index];
      if (range !== undefined) item.moveTo(this.#bytes, range);
    }
  }

  /** How many items from `first` on have the text that begins at `at`, with what stands between them. */
  countSameItems(first: number, bytes: Buffer, at: number): number {
    const start = this.#ranges[first]?.start;
    if (start === undefined) return 0;
    const isSameUntil = (last: number): boolean => {
      const end = this.#ranges[last]?.end ?? Infinity;
      const length = end - start;
      return at + length <= bytes.length && bytes.compare(this.#bytes, start, end, at, at + length) === 0;
    };
    if (!isSameUntil(first)) return 0;
    // Bisection: all up to `same` are the same, and `other` is not.
    let [same, other] = [first, this.#ranges.length];
    for (let last = other - 1; same + 1 < other; last = (same + other) >>> 1) {
      if (isSameUntil(last)) same = last;
      else other = last;
    }
    return same + 1 - first;
  }

  /** Item `index` and the length of its text. */
  at(index: number): { readonly item: JsonItem; readonly range: TextRange } | null {
    const [item, range] = [this.items[index], this.#ranges[index]];
    return item === undefined || range === undefined ? null : { item, range };
  }
}

interface ListOptions {
  /** Name of the member that has the list. */
  readonly member: string;
  /** The list in the body before, which had none of the secrets either. */
  readonly previous: JsonList | null;
  /** Texts that must not be in the body. */
  readonly secrets: readonly string[];
}

/** Where a text begins and ends in the bytes of a body. */
interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** One item of a list. */
export interface ListItem {
  /** A digest of the item. Equal digests mean equal items; equal items may have other digests. */
  readonly fingerprint: string;
  /** The item as an object that belongs to the caller: each call may return a new one. */
  take(): unknown;
}

/** An item of a list that was parsed as a whole. */
export class ValueItem implements ListItem {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  get fingerprint(): string {
    return hash('sha256', JSON.stringify(this.#value) ?? '', 'base64url');
  }

  take(): unknown {
    return this.#value;
  }
}

/** An item of a list whose text is known. */
class JsonItem implements ListItem {
  #bytes: Buffer;
  #range: TextRange;
  #parsed: JsonObject | null;
  #fingerprint: string | null = null;

  constructor(bytes: Buffer, range: TextRange, parsed: JsonObject) {
    this.#bytes = bytes;
    this.#range = range;
    this.#parsed = parsed;
  }

  /** Only the first object exists already: after that nothing but the text is kept, and it is parsed again in the rare case. */
  take(): JsonObject {
    const parsed = this.#parsed ?? JSON.parse(this.#bytes.toString('utf8', this.#range.start, this.#range.end));
    this.#parsed = null;
    return isJsonObject(parsed) ? parsed : {};
  }

  get fingerprint(): string {
    this.#fingerprint ??= hash('sha256', this.#bytes.subarray(this.#range.start, this.#range.end), 'base64url');
    return this.#fingerprint;
  }

  /** The same text stands in another body now, so that the one before need not be kept. */
  moveTo(bytes: Buffer, range: TextRange): void {
    this.#bytes = bytes;
    this.#range = range;
  }
}

/** Where the next known item is looked for: in its place, or after items that are gone, or after one that was inserted. */
const searchOffsets = [0, 1, 2, 3, -1] as const;

interface ReadItems {
  readonly items: readonly JsonItem[];
  readonly ranges: readonly TextRange[];
  /** Where the bracket at the end of the list is. */
  readonly end: number;
}

/** Reads the items from the first one to the end of the list. */
class ItemReader {
  readonly #bytes: Buffer;
  readonly #previous: JsonList | null;
  readonly #secrets: readonly string[];
  readonly #items: JsonItem[] = [];
  readonly #ranges: TextRange[] = [];
  #at: number;
  /** The item of the list before that is expected next. */
  #expected = 0;

  constructor(bytes: Buffer, start: number, { previous, secrets }: ListOptions) {
    this.#bytes = bytes;
    this.#at = start;
    this.#previous = previous;
    this.#secrets = secrets;
  }

  /** Null where the text is anything else than a list of objects. */
  *readInSteps(): Steps<ReadItems | null> {
    this.#at = skipSpace(this.#bytes, this.#at);
    while (this.#bytes[this.#at] !== closeBracket || this.#items.length > 0) {
      if (!this.#addKnown() && !this.#addNew()) return null;
      this.#at = skipSpace(this.#bytes, this.#at);
      if (this.#bytes[this.#at] === closeBracket) break;
      if (this.#bytes[this.#at] !== comma) return null;
      this.#at = skipSpace(this.#bytes, this.#at + 1);
      yield;
    }
    return { items: this.#items, ranges: this.#ranges, end: this.#at };
  }

  /** Adds items of the list before whose text stands here. */
  #addKnown(): boolean {
    if (this.#previous === null) return false;
    for (const offset of searchOffsets) {
      const first = this.#expected + offset;
      const count = this.#previous.countSameItems(first, this.#bytes, this.#at);
      if (count === 0) continue;
      const moved = this.#at - (this.#previous.at(first)?.range.start ?? 0);
      for (let index = first; index < first + count; index++) {
        const known = this.#previous.at(index);
        if (known === null) break;
        const { item, range } = known;
        this.#add(item, moved === 0 ? range : { start: range.start + moved, end: range.end + moved });
      }
      this.#expected = first + count;
      return true;
    }
    return false;
  }

  #addNew(): boolean {
    if (this.#bytes[this.#at] !== openBrace) return false;
    const range = { start: this.#at, end: findObjectEnd(this.#bytes, this.#at) };
    const text = this.#bytes.toString('utf8', range.start, range.end);
    const parsed = this.#secrets.some((secret) => text.includes(secret)) ? null : tryParse(text);
    if (!isJsonObject(parsed)) return false;
    this.#add(new JsonItem(this.#bytes, range, parsed), range);
    this.#expected += 1;
    return true;
  }

  #add(item: JsonItem, range: TextRange): void {
    this.#items.push(item);
    this.#ranges.push(range);
    this.#at = range.end;
  }
}

/** Null where the text is not JSON; no list and no item is null. */
function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where the items of the list begin; null where the text does not begin as an object with such a member. */
function findList(bytes: Buffer, member: string): number | null {
  let at = skipSpace(bytes, isMarkAt(bytes) ? byteOrderMark.length : 0);
  if (bytes[at] !== openBrace) return null;
  const key = Buffer.from(JSON.stringify(member));
  do {
    at = skipSpace(bytes, at + 1);
    const keyEnd = findStringEnd(bytes, at);
    const isList = bytes.compare(key, 0, key.length, at, Math.min(keyEnd, bytes.length)) === 0;
    const colon = skipSpace(bytes, keyEnd);
    if (bytes[colon] !== 0x3a) return null;
    const value = skipSpace(bytes, colon + 1);
    if (isList) return bytes[value] === openBracket ? value + 1 : null;
    at = skipSpace(bytes, findValueEnd(bytes, value));
  } while (bytes[at] === comma);
  return null;
}

/**
 * The object around the list. Null where it is not JSON, is nested too deeply, or may have a second member of that name
 * after the list: that would be the one that counts.
 */
function parseEnvelope(bytes: Buffer, { member, secrets }: ListOptions, start: number, end: number): JsonObject | null {
  const tail = bytes.toString('utf8', end);
  if (tail.includes(JSON.stringify(member)) || tail.includes('\\')) return null;
  const head = bytes.toString('utf8', isMarkAt(bytes) ? byteOrderMark.length : 0, start);
  const text = head + tail;
  const isFit = isJsonDepthWithin(text, maxJsonDepth) && !secrets.some((secret) => text.includes(secret));
  const envelope = isFit ? tryParse(text) : null;
  return isJsonObject(envelope) ? envelope : null;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, comma] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c];
const byteOrderMark = Buffer.from('\uFEFF');

function isMarkAt(bytes: Buffer): boolean {
  return bytes.length >= byteOrderMark.length && bytes.compare(byteOrderMark, 0, byteOrderMark.length, 0, byteOrderMark.length) === 0;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at]) at++;
  return at;
}

/** Behind the string that begins here; behind the text where it does not end. */
function findStringEnd(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === backslash) at++;
    else if (byte === quote) return at + 1;
  }
  return bytes.length;
}

/** Behind the value that begins here; it is only as right as the value is. */
function findValueEnd(bytes: Buffer, start: number): number {
  if (bytes[start] === quote) return findStringEnd(bytes, start);
  if (bytes[start] === openBrace || bytes[start] === openBracket) return findObjectEnd(bytes, start);
  let at = start;
  while (at < bytes.length && bytes[at] !== comma && bytes[at] !== closeBrace && bytes[at] !== closeBracket) at++;
  return at;
}

/** An item stands in an object and in a list. */
const maxItemDepth = maxJsonDepth - 2;

/** Behind the object or list that begins here; here where it does not end, or is nested too deeply. */
function findObjectEnd(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = findStringEnd(bytes, at) - 1;
    else if (byte === openBrace || byte === openBracket) {
      if (++depth > maxItemDepth) return start;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (--depth === 0) return at + 1;
    }
  }
  return start;
}
