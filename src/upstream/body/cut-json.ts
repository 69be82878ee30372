import type { Steps } from '../../lib/slices.js';
import type { LeftOutPart } from '../../model/task-warning.js';

/** How much of one JSON value is read. */
export interface ReadLimits {
  /** Elements of one list. */
  readonly maxElements: number;
  /** Members of one object. */
  readonly maxMembers: number;
  /** Values at any depth: from then on no list gets a further element and, a quarter later, no object a further member. */
  readonly maxValues: number;
  /** How deep lists and objects may nest. */
  readonly maxDepth: number;
}

/** A JSON value without what is over the limits. */
interface CutJson {
  /** Why it could not be read: it is nested too deeply, or does not end. */
  readonly fault: 'depth' | 'end' | null;
  /** Its text, in pieces: one where nothing was left out. */
  readonly pieces: readonly Buffer[];
  /** Bytes of all pieces. */
  readonly length: number;
  /** Behind the whole value, in the bytes that were read. */
  readonly end: number;
  readonly leftOut: readonly LeftOutPart[];
}

/** So many bytes are read in one step: a fraction of a millisecond. */
const bytesAStep = 32_768;

/** Names of lists and objects that are told apart in what was left out. */
const maxNames = 20;
const maxNameLength = 100;

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
const [comma, colon] = [0x2c, 0x3a];

/**
 * Reads the list or object that begins at `start` without parsing it, and leaves out what is over the limits: the last elements of
 * lists, and the last members of objects. It takes time in proportion to the text, and no memory to speak of, whatever is in it.
 */
export function* cutJsonInSteps(bytes: Buffer, start: number, limits: ReadLimits): Steps<CutJson> {
  const { maxElements, maxMembers, maxValues, maxDepth } = limits;
  const pieces: Buffer[] = [];
  const leftOut = new LeftOutCounts(bytes);
  /** By depth: whether it is a list, how many elements or members it has, and the name of the member that is being read. */
  const isList: boolean[] = [];
  const counts: number[] = [];
  const names: (readonly [number, number] | null)[] = [];
  let [depth, values] = [0, 1];
  /** The depth of the list or object of which the rest is left out; 0: none. */
  let [skippedDepth, skippedCount] = [0, 0];
  let pieceStart = start;
  let isInString = false;
  let [stringStart, stringEnd] = [start, start];
  let pauseAt = start + bytesAStep;
  for (let at = start; at < bytes.length; at++) {
    if (at >= pauseAt) {
      pauseAt = at + bytesAStep;
      yield;
    }
    const byte = bytes[at];
    if (isInString) {
      if (byte === backslash) at++;
      else if (byte === quote) [isInString, stringEnd] = [false, at + 1];
    } else if (byte === quote) [isInString, stringStart] = [true, at];
    else if (byte === colon) {
      if (skippedDepth === 0) names[depth] = [stringStart, stringEnd];
    } else if (byte === comma) {
      if (skippedDepth !== 0) {
        if (depth === skippedDepth) skippedCount++;
        continue;
      }
      values++;
      const count = (counts[depth] ?? 0) + 1;
      counts[depth] = count;
      const isFull = isList[depth] === true ? count >= maxElements || values > maxValues : count >= maxMembers || values > maxValues * 1.25;
      if (!isFull) continue;
      pieces.push(bytes.subarray(pieceStart, at));
      [skippedDepth, skippedCount] = [depth, 1];
    } else if (byte === openBrace || byte === openBracket) {
      if (++depth > maxDepth) return createFault('depth', at);
      if (skippedDepth !== 0) continue;
      values++;
      [isList[depth], counts[depth], names[depth]] = [byte === openBracket, 0, null];
    } else if (byte === closeBrace || byte === closeBracket) {
      if (depth === skippedDepth) {
        const name = names.slice(0, depth).findLast((one) => one !== null && one !== undefined) ?? null;
        leftOut.add(name, skippedCount);
        [pieceStart, skippedDepth] = [at, 0];
      }
      if (--depth > 0) continue;
      const end = at + 1;
      pieces.push(bytes.subarray(pieceStart, end));
      return { fault: null, pieces, length: pieces.reduce((sum, piece) => sum + piece.length, 0), end, leftOut: leftOut.list() };
    }
  }
  return createFault('end', bytes.length);
}

function createFault(fault: 'depth' | 'end', end: number): CutJson {
  return { fault, pieces: [], length: 0, end, leftOut: [] };
}

/** Counts what was left out, by the names of the members that had it. */
class LeftOutCounts {
  readonly #bytes: Buffer;
  readonly #counts = new Map<string, number>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** `name`: where it stands as a JSON text; null: it has none. */
  add(name: readonly [number, number] | null, count: number): void {
    const text = name === null ? '' : this.#readName(name);
    const known = this.#counts.has(text) || this.#counts.size < maxNames ? text : '';
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + count);
  }

  list(): readonly LeftOutPart[] {
    return [...this.#counts].map(([name, count]) => ({ name, count }));
  }

  #readName([start, end]: readonly [number, number]): string {
    return this.#bytes.toString('utf8', start + 1, Math.min(end - 1, start + 1 + maxNameLength));
  }
}
