import { hash } from 'node:crypto';

import type { Steps } from '../../lib/slices.js';
import type { LeftOutPart } from '../../model/task-warning.js';
import { cutJsonInSteps, type ReadLimits } from './cut-json.js';
import { maxJsonDepth } from './json-depth.js';
import { findContainerEnd } from './json-scan.js';

/** One item of a list, or a whole body. */
export interface ListItem {
  /** A digest of the item. Equal digests mean equal items; equal items may have other digests. */
  readonly fingerprint: string;
  /** What is missing in it, because the plane sent more than is read of one item. */
  readonly leftOut: readonly LeftOutPart[];
  /** The item as a value that belongs to the caller: each call may return a new one. */
  take(): unknown;
}

/** Where a text begins and ends in the bytes of a body. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * How much is read of one item. The largest tasks of the planes have some hundred subtasks; a task at these limits is translated in
 * about 50 ms, which nothing interrupts.
 */
export const itemLimits: ReadLimits = { maxElements: 10_000, maxMembers: 1_000, maxValues: 20_000, maxDepth: maxJsonDepth };

/** Bytes of one item, apart from what is left out. Larger ones are not read. */
export const maxItemBytes = 4_194_304;

/** An item that is within these is read at once, and cannot be over the limits. */
const smallItem = { bytes: 65_536, marks: 4_000 };

/** In a list, after so many bytes, parsed items are not held, which take a multiple of the text: they are parsed again when they are used. */
const maxHeldBytes = 2_097_152;

/** An item of a list whose text is known. */
export class JsonItem implements ListItem {
  readonly leftOut: readonly LeftOutPart[];
  /** Whether its text stands in the body; what was left out makes it another one. */
  readonly #isInBody: boolean;
  #bytes: Buffer;
  #range: TextRange;
  /** Undefined: it is parsed when it is needed. */
  #parsed: unknown;
  #fingerprint: string | null = null;

  private constructor(text: ItemText, mayHoldParsed: boolean, parsed: unknown) {
    this.leftOut = text.leftOut;
    this.#isInBody = text.isInBody;
    this.#bytes = text.bytes;
    this.#range = text.range;
    this.#parsed = mayHoldParsed ? parsed : undefined;
  }

  /** Null where the text has one of the secrets; throws a SyntaxError where it is not JSON. `offset`: bytes of the list before it. */
  static parse(text: ItemText, secrets: readonly string[], offset: number): JsonItem | null {
    const json = text.bytes.toString('utf8', text.range.start, text.range.end);
    if (secrets.some((secret) => json.includes(secret) || text.leftOut.some(({ name }) => name.includes(secret)))) return null;
    return new JsonItem(text, offset <= maxHeldBytes, JSON.parse(json));
  }

  /** Only the first value exists already, if at all: after that nothing but the text is kept, and it is parsed again in the rare case. */
  take(): unknown {
    const parsed = this.#parsed;
    this.#parsed = undefined;
    return parsed === undefined ? JSON.parse(this.#bytes.toString('utf8', this.#range.start, this.#range.end)) : parsed;
  }

  get fingerprint(): string {
    this.#fingerprint ??= digest(this.#bytes.subarray(this.#range.start, this.#range.end), this.leftOut);
    return this.#fingerprint;
  }

  /** The same text stands in another body now, so that the one before need not be kept. */
  moveTo(bytes: Buffer, range: TextRange): void {
    if (this.#isInBody) [this.#bytes, this.#range] = [bytes, range];
  }
}

/** A digest of a text, and of what was left out of it. */
export function digest(bytes: Buffer, leftOut: readonly LeftOutPart[]): string {
  const text = hash('sha256', bytes, 'base64url');
  return leftOut.length === 0 ? text : `${text} ${hash('sha256', JSON.stringify(leftOut), 'base64url')}`;
}

/** The text of one item, without what was left out. */
interface ItemText {
  readonly bytes: Buffer;
  readonly range: TextRange;
  readonly isInBody: boolean;
  readonly leftOut: readonly LeftOutPart[];
  /** Behind the item in the body. */
  readonly end: number;
}

/** An item is an element of a list in an object. */
const maxDepth = maxJsonDepth - 2;

/** The text of the object or list that begins here; null where it does not end, or is nested too deeply. */
export function findSmallItem(bytes: Buffer, start: number): ItemText | null {
  const end = findContainerEnd(bytes, start, { limit: start + smallItem.bytes, maxDepth, maxMarks: smallItem.marks });
  return end === null ? null : { bytes, range: { start, end }, isInBody: true, leftOut: nothing, end };
}

/** The same for one that is not small. One that is larger than what is read becomes null, which is no task. */
export function* findLargeItemInSteps(bytes: Buffer, start: number): Steps<ItemText | null> {
  const { fault, pieces, length, end, leftOut } = yield* cutJsonInSteps(bytes, start, { ...itemLimits, maxDepth });
  if (fault !== null) return null;
  if (length > maxItemBytes)
    return { bytes: unreadable, range: { start: 0, end: unreadable.length }, isInBody: false, leftOut: nothing, end };
  if (leftOut.length === 0) return { bytes, range: { start, end }, isInBody: true, leftOut, end };
  return { bytes: Buffer.concat(pieces), range: { start: 0, end: length }, isInBody: false, leftOut, end };
}

/** The text of a value that is neither list nor object. */
export function findPlainItem(bytes: Buffer, start: number, end: number): ItemText {
  return { bytes, range: { start, end }, isInBody: true, leftOut: nothing, end };
}

const nothing: readonly LeftOutPart[] = [];
const unreadable = Buffer.from('null');
