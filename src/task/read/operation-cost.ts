import { LimitExceededError } from '../error/limit-exceeded-error.js';
import { operationWeights } from './operation-weights.js';

/** Adds up what one operation makes the planes do, by the weights of `operation-weights.ts`. */
export class OperationCost {
  readonly #most: number;
  readonly #asked = new Set<string>();

  /** `most`: tasks by their ids, in calls; 0 is no limit. */
  constructor(most: number) {
    this.#most = most;
  }

  /** A task that is asked for by its id; again, it costs nothing. Throws a LimitExceededError for the one that is too many. */
  spendOn(sourceName: string, sourceTaskId: string): void {
    this.#asked.add(`${sourceName}:${sourceTaskId}`);
    if (this.#most > 0 && this.#asked.size * operationWeights.taskById > this.#most)
      throw new LimitExceededError(`One operation asks for at most ${this.#most} tasks by their ids.`);
  }
}
