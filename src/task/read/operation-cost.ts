import { LimitExceededError } from '../error/limit-exceeded-error.js';
import { maxPageSize } from './page/page-arguments.js';

/** Two full pages: more than any page of people needs, and what a plane without a list answers one by one. */
const mostSingleTasks = 2 * maxPageSize;

/**
 * What one operation makes the planes do, at worst. A source is asked for its list at most once in an operation, however many fields
 * show it, for they share what is known; so lists cost no more than there are sources. A task that is asked for by its id may cost a
 * call of its own: those are counted here, each once, whatever the field.
 */
export class OperationCost {
  readonly #asked = new Set<string>();

  /** Throws a LimitExceededError for the task that is one too many. */
  spendOn(sourceName: string, sourceTaskId: string): void {
    this.#asked.add(`${sourceName}:${sourceTaskId}`);
    if (this.#asked.size > mostSingleTasks)
      throw new LimitExceededError(`One operation asks for at most ${mostSingleTasks} tasks by their ids.`);
  }
}
