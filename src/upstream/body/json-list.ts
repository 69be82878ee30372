import { runAtOnce, type Steps } from '../../lib/slices.js';
import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { isJsonDepthWithin, maxJsonDepth } from './json-depth.js';
import { findLargeItemInSteps, findPlainItem, findSmallItem, JsonItem, type TextRange } from './json-item.js';
import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  findContainerEnd,
  findStringEnd,
  findTextStart,
  isSpace,
  openBrace,
  openBracket,
  quote,
  skipSpace,
} from './json-scan.js';

/**
 * A list in JSON, such as `{"items":[{…},{…}],"metadata":{}}`, that is read item by item. An item whose text is the same as
 * in the list before stays the same object, so that what was made of it stays valid: a list of which little has changed
 * costs little more than the comparison of its bytes. Whatever is in it, each step takes a fraction of a millisecond, or what one item
 * takes that is within `itemLimits`.
 */
export class JsonList {
  /** The object around the list, in which the list is empty; without what comes after a list that is cut. */
  readonly envelope: JsonObject;
  readonly items: readonly JsonItem[];
  /** Whether there are further items, which were not read. */
  readonly isCut: boolean;
  readonly #bytes: Buffer;
  readonly #ranges: readonly TextRange[];

  private constructor(envelope: JsonObject, bytes: Buffer, { ranges, items, isCut }: ReadItems) {
    this.envelope = envelope;
    this.items = items;
    this.isCut = isCut;
    this.#bytes = bytes;
    this.#ranges = ranges;
  }

  /**
   * Reads the list in a member of a JSON object. Null where the text has a secret in it, or is anything else than expected: it must be
   * parsed as a whole then. What it returns is what `JSON.parse` makes of the whole text, apart from what is left out of single items,
   * and from the items after those that are read.
   */
  static parse(bytes: Buffer, options: ListOptions): JsonList | null {
    return runAtOnce(JsonList.parseInSteps(bytes, options));
  }

  /** The same in steps. */
  static *parseInSteps(bytes: Buffer, options: ListOptions): Steps<JsonList | null> {
    const start = findList(bytes, options.member);
    // A secret without such characters can only stand inside an item, or around the list.
    if (start === null || options.secrets.some((secret) => /[^\w.~+/=-]/.test(secret) && bytes.includes(secret))) return null;
    const read = yield* new ItemReader(bytes, start, options).readInSteps();
    if (read === null) return null;
    const envelope = parseEnvelope(bytes, options, start, read);
    return envelope === null ? null : new JsonList(envelope, bytes, read);
  }

  /** Its items take their text from its bytes from now on, so that those of the list before need not stay in memory. */
  adoptItems(): void {
    for (const [index, item] of this.items.entries()) {
      const range = this.#ranges[index];
      if (range !== undefined) item.moveTo(this.#bytes, range);
    }
  }

  /** How many items from `first` on, of the next thousand, have the text that begins at `at`, with what stands between them. */
  countSameItems(first: number, bytes: Buffer, at: number): number {
    const start = this.#ranges[first]?.start;
    if (start === undefined) return 0;
    const isSameUntil = (last: number): boolean => {
      const end = this.#ranges[last]?.end ?? Infinity;
      const length = end - start;
      if (at + length > bytes.length || bytes.compare(this.#bytes, start, end, at, at + length) !== 0) return false;
      // A number, or a word, ends only where something else begins.
      return isEndOfItem(bytes[at + length]);
    };
    if (!isSameUntil(first)) return 0;
    // Bisection: all up to `same` are the same, and `other` is not.
    let [same, other] = [first, Math.min(this.#ranges.length, first + maxSameItems)];
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
  /** Items that are read; 0 is no limit. */
  readonly maxItems: number;
}

/** Items that are compared with those of the list before in one step. */
const maxSameItems = 1_024;

/**
 * Items that are read of a list, apart from `maxItems`: so many, and one for so many of its bytes. Items that a plane means to be tasks
 * take several times as much, and smaller ones would take more memory than their text.
 */
const freeItems = 10_000;
const minItemBytes = 64;

/** The object around a list, without the list, has at most so many bytes. */
const maxEnvelopeBytes = 65_536;

function isEndOfItem(byte: number | undefined): boolean {
  return byte === comma || byte === closeBracket || isSpace(byte);
}

/** Where the next known item is looked for: in its place, or after items that are gone, or after one that was inserted. */
const searchOffsets = [0, 1, 2, 3, -1] as const;

interface ReadItems {
  readonly items: readonly JsonItem[];
  readonly ranges: readonly TextRange[];
  /** Where the bracket at the end of the list is, or the comma after the last item that is read. */
  readonly end: number;
  readonly isCut: boolean;
}

/** Reads the items from the first one to the end of the list. */
class ItemReader {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #previous: JsonList | null;
  readonly #secrets: readonly string[];
  readonly #maxItems: number;
  readonly #items: JsonItem[] = [];
  readonly #ranges: TextRange[] = [];
  #at: number;
  /** The item of the list before that is expected next. */
  #expected = 0;

  constructor(bytes: Buffer, start: number, { previous, secrets, maxItems }: ListOptions) {
    this.#bytes = bytes;
    this.#start = start;
    this.#at = start;
    this.#previous = previous;
    this.#secrets = secrets;
    this.#maxItems = Math.min(maxItems === 0 ? Infinity : maxItems, freeItems + bytes.length / minItemBytes);
  }

  /** Null where the text is not a list of items that can be read. */
  *readInSteps(): Steps<ReadItems | null> {
    this.#at = skipSpace(this.#bytes, this.#at);
    while (this.#bytes[this.#at] !== closeBracket || this.#items.length > 0) {
      if (!this.#addKnown() && !(yield* this.#addNew())) return null;
      this.#at = skipSpace(this.#bytes, this.#at);
      if (this.#bytes[this.#at] === closeBracket) break;
      if (this.#bytes[this.#at] !== comma) return null;
      if (this.#items.length >= this.#maxItems) return { items: this.#items, ranges: this.#ranges, end: this.#at, isCut: true };
      this.#at = skipSpace(this.#bytes, this.#at + 1);
      yield;
    }
    return { items: this.#items, ranges: this.#ranges, end: this.#at, isCut: false };
  }

  /** Adds items of the list before whose text stands here. */
  #addKnown(): boolean {
    if (this.#previous === null) return false;
    for (const offset of searchOffsets) {
      const first = this.#expected + offset;
      const count = Math.min(this.#previous.countSameItems(first, this.#bytes, this.#at), Math.ceil(this.#maxItems) - this.#items.length);
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

  *#addNew(): Steps<boolean> {
    const [bytes, start] = [this.#bytes, this.#at];
    const first = bytes[start];
    const isContainer = first === openBrace || first === openBracket;
    const text = isContainer
      ? (findSmallItem(bytes, start) ?? (yield* findLargeItemInSteps(bytes, start)))
      : findPlainItem(bytes, start, findPlainEnd(bytes, start));
    const item = text === null ? null : tryParseItem(text, this.#secrets, start - this.#start);
    if (text === null || item === null) return false;
    this.#add(item, { start, end: text.end });
    this.#expected += 1;
    return true;
  }

  #add(item: JsonItem, range: TextRange): void {
    this.#items.push(item);
    this.#ranges.push(range);
    this.#at = range.end;
  }
}

function tryParseItem(...[text, secrets, offset]: Parameters<typeof JsonItem.parse>): JsonItem | null {
  try {
    return JsonItem.parse(text, secrets, offset);
  } catch {
    return null;
  }
}

/** Where the items of the list begin; null where the text does not begin as an object with such a member. */
function findList(bytes: Buffer, member: string): number | null {
  let at = findTextStart(bytes);
  if (bytes[at] !== openBrace) return null;
  const key = Buffer.from(JSON.stringify(member));
  do {
    at = skipSpace(bytes, at + 1);
    const keyEnd = findPlainEnd(bytes, at);
    const isList = bytes.compare(key, 0, key.length, at, Math.min(keyEnd, bytes.length)) === 0;
    const afterKey = skipSpace(bytes, keyEnd);
    if (bytes[afterKey] !== colon) return null;
    const value = skipSpace(bytes, afterKey + 1);
    if (isList) return bytes[value] === openBracket ? value + 1 : null;
    const valueEnd = findValueEnd(bytes, value);
    if (valueEnd === null || valueEnd > maxEnvelopeBytes) return null;
    at = skipSpace(bytes, valueEnd);
  } while (bytes[at] === comma);
  return null;
}

/**
 * The object around the list. Null where it is not JSON, is large or nested too deeply, or may have a second member of that name
 * after the list: that would be the one that counts.
 */
function parseEnvelope(bytes: Buffer, { member, secrets }: ListOptions, start: number, { end, isCut }: ReadItems): JsonObject | null {
  if (start + (isCut ? 0 : bytes.length - end) > maxEnvelopeBytes) return null;
  const tail = isCut ? ']}' : bytes.toString('utf8', end);
  if (tail.includes(JSON.stringify(member)) || tail.includes('\\')) return null;
  const text = bytes.toString('utf8', findTextStart(bytes), start) + tail;
  const isFit = isJsonDepthWithin(text, maxJsonDepth) && !secrets.some((secret) => text.includes(secret));
  const envelope = isFit ? tryParse(text) : null;
  return isJsonObject(envelope) ? envelope : null;
}

/** Null where the text is not JSON; no envelope is null. */
function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Behind the value that begins here, which is only as right as the value is; null where it is large. */
function findValueEnd(bytes: Buffer, start: number): number | null {
  const isContainer = bytes[start] === openBrace || bytes[start] === openBracket;
  const reach = { limit: start + maxEnvelopeBytes, maxDepth: maxJsonDepth, maxMarks: maxEnvelopeBytes };
  return isContainer ? findContainerEnd(bytes, start, reach) : findPlainEnd(bytes, start);
}

/** The same for a string, a number or a word. */
function findPlainEnd(bytes: Buffer, start: number): number {
  const limit = Math.min(bytes.length, start + maxEnvelopeBytes);
  if (bytes[start] === quote) return findStringEnd(bytes, start, limit);
  let at = start;
  while (at < limit && !isEndOfItem(bytes[at]) && bytes[at] !== closeBrace) at++;
  return at;
}
