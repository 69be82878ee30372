import type { SourceCache } from '../cache/source-cache.js';
import { areListsUnchanged, type Brought, type EndedRead, type LoggedRead, type OperationReads } from './read-log.js';

/** Who repeats reads: the reader of an operation. */
interface RepeatingReader {
  repeat(read: LoggedRead): Promise<Brought | null>;
}

/** A read that was repeated. */
interface RepeatedRead {
  readonly read: LoggedRead;
  /** Null: it cannot be compared. */
  readonly brought: Brought | null;
}

/**
 * Repeats in one operation what an earlier one has read, wave by wave, as long as that brings the same: then the earlier
 * answer is the answer of this operation too. It sends what executing the operation would send. At the first difference
 * it ends, and the operation is executed with what was read so far.
 */
export class Repetition {
  readonly #reader: RepeatingReader;
  readonly #waves: (readonly RepeatedRead[])[] = [];
  readonly #readCounts = new Map<SourceCache, number>();

  constructor(reader: RepeatingReader) {
    this.#reader = reader;
  }

  /**
   * The reads of this operation where they brought what they brought earlier; null where they did not. It may be called
   * for several earlier operations: no read is repeated twice.
   */
  async match(earlier: OperationReads): Promise<OperationReads | null> {
    const waves: (readonly EndedRead[])[] = [];
    for (const [index, expected] of earlier.waves.entries()) {
      const repeated = (this.#waves[index] ??= await this.#repeat(expected));
      const same = findSame(expected, repeated);
      if (same === null) return null;
      waves.push(same);
    }
    for (const cache of earlier.listVersions.keys()) this.#noteReadCount(cache);
    const { listVersions } = earlier;
    return areListsUnchanged(listVersions) ? { waves, listVersions, readCounts: this.#readCounts } : null;
  }

  #repeat(wave: readonly EndedRead[]): Promise<readonly RepeatedRead[]> {
    return Promise.all(
      wave.map(async ({ read }) => {
        const brought = await this.#reader.repeat(read);
        this.#noteReadCount(read.cache);
        return { read, brought };
      }),
    );
  }

  #noteReadCount(cache: SourceCache): void {
    if (!this.#readCounts.has(cache)) this.#readCounts.set(cache, cache.readCount);
  }
}

/** The repeated reads where they are the expected ones, and brought the same; else null. */
function findSame(expected: readonly EndedRead[], repeated: readonly RepeatedRead[]): readonly EndedRead[] | null {
  if (expected.length !== repeated.length) return null;
  const same: EndedRead[] = [];
  for (const [index, { read, brought }] of repeated.entries()) {
    const before = expected[index];
    if (before === undefined || brought === null || !isSameRead(before.read, read) || !isSameResult(before.brought, brought)) return null;
    same.push({ read, brought });
  }
  return same;
}

function isSameRead(one: LoggedRead, other: LoggedRead): boolean {
  if (one === other) return true;
  if (one.cache !== other.cache) return false;
  if (one.kind === 'list') return other.kind === 'list' && one.maxAgeMs === other.maxAgeMs && one.isMerged === other.isMerged;
  if (one.kind === 'task') return other.kind === 'task' && one.maxAgeMs === other.maxAgeMs && one.sourceTaskId === other.sourceTaskId;
  if (one.kind === 'children') return other.kind === 'children' && one.parentId === other.parentId;
  return one.kind === other.kind;
}

function isSameResult({ values: one }: Brought, { values: other }: Brought): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
