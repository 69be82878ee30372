import { type Freshness, isFresh } from './freshness.js';

interface ReadUnderWay<A> {
  readonly askedAt: number;
  readonly answer: Promise<A>;
}

/** Reads of single tasks that have no answer yet: who asks for the same waits with the others. */
export class ReadsUnderWay<A> {
  readonly #reads = new Map<string, ReadUnderWay<A>>();

  /** Whether waiting is as good as asking. */
  has(localId: string, freshness: Freshness): boolean {
    const read = this.#reads.get(localId);
    return read !== undefined && isFresh(freshness, { askedAt: read.askedAt, observedAt: null });
  }

  answer(localId: string): Promise<A> | undefined {
    return this.#reads.get(localId)?.answer;
  }

  /** `answers` has one for each id, and never rejects. */
  add(ids: readonly string[], askedAt: number, answers: Promise<ReadonlyMap<string, A>>, absent: A): void {
    for (const id of ids) {
      const read = { askedAt, answer: answers.then((found) => found.get(id) ?? absent) };
      this.#reads.set(id, read);
      void read.answer.finally(() => {
        if (this.#reads.get(id) === read) this.#reads.delete(id);
      });
    }
  }
}
