import type { SourceCache } from '../gateway/cache/source-cache.js';
import type { OperationReads } from '../gateway/query/read-log.js';
import type { Keeping } from './classify-document.js';

/** A successful answer as it is sent. */
export interface Answer {
  readonly body: Buffer;
  readonly contentType: string;
}

/** What one read in the log takes, and each value that it brought, in bytes, roughly. */
const [bytesPerRead, bytesPerValue] = [200, 8];

/** An answer, and what decides whether it may be used again. */
export class KeptAnswer {
  readonly answer: Answer;
  readonly reads: OperationReads;
  readonly keeping: Keeping;
  readonly readCounts: readonly (readonly [SourceCache, number])[];
  /** Until when all its data is fresh enough, in milliseconds since 1970. */
  readonly freshUntil: number;
  /** How many reads it comes from. */
  readonly readCount: number;
  readonly #valueCount: number;
  readonly hasLatency: boolean;
  /** Whether all that may have to be read from planes was read in the first wave. */
  readonly readsAtOnce: boolean;

  constructor(answer: Answer, reads: OperationReads, keeping: Keeping) {
    this.answer = answer;
    this.reads = reads;
    this.keeping = keeping;
    this.readCounts = [...reads.readCounts];
    const brought = reads.waves.flatMap((wave) => wave.map((read) => read.brought));
    this.freshUntil = brought.reduce((earliest, { freshUntil }) => Math.min(earliest, freshUntil), Infinity);
    this.readCount = brought.length;
    this.#valueCount = brought.reduce((count, { values }) => count + values.length, 0);
    this.readsAtOnce = reads.waves.slice(1).every((wave) => wave.every(({ read }) => read.kind === 'fresh list'));
    this.hasLatency = brought.some(({ hasLatency }) => hasLatency === true);
  }

  /** In bytes, roughly; half of the body more for its compressed forms. */
  get size(): number {
    return 1.5 * this.answer.body.length + bytesPerRead * this.readCount + bytesPerValue * this.#valueCount;
  }
}

/** Whether a request that comes now would get the same from the caches, without any read. */
export function isCurrent({ freshUntil, readCounts }: KeptAnswer, now: number): boolean {
  return now <= freshUntil && readCounts.every(([cache, count]) => cache.readCount === count);
}
