import { LimitExceededError } from '../../model/errors.js';

/**
 * What one operation makes the planes do, in calls at worst. The subgraph schema tells routers the same with `@cost`.
 *
 * - A list costs nothing: all fields of an operation share the cache of a source, so that its list is read at most once
 *   however many fields show it, and an operation never reads more lists than there are sources.
 * - A task that is requested by its id costs one call, whatever the field and however often: a plane that cannot list
 *   is asked for each.
 * - An action costs 10, the cost that routers give a mutation by default; a bulk mutation costs as much as
 *   `maxTasksPerMutation` of them. The gateway itself limits actions by `limits.actionsPerMinute`.
 */
export const operationWeights = { list: 0, taskById: 1, action: 10 } as const;

/** The keys of `limits` of the configuration that bound queries. 0 is no limit. */
export interface QueryLimits {
  /** Tasks that one operation may request by their ids. */
  readonly tasksById: number;
  /** Values in the lists of one response, or of one event of a subscription. */
  readonly values: number;
  /** Size of all `raw` fields in one response, or in one event of a subscription, in KiB. */
  readonly rawKb: number;
}

/**
 * The limits where the configuration sets none. 400 tasks by id are two full pages of `nodes`, more than a page for
 * people needs; without the limit, 20 aliases of `nodes` with 200 ids each made 4,000 calls. For `values` see
 * `ResponseBudget`.
 */
export const defaultQueryLimits: QueryLimits = { tasksById: 400, values: 450_000, rawKb: 8_192 };

/** Limits how many tasks one operation requests by their ids. */
export class TaskLookupBudget {
  readonly #max: number;
  readonly #charged = new Set<string>();

  /** `max`: in calls; 0 is no limit. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Forgets what was charged: the operation is executed anew. */
  restart(): void {
    this.#charged.clear();
  }

  /**
   * A task is charged once, however often it is requested. Throws a LimitExceededError for the first one beyond the
   * limit.
   */
  chargeTask(sourceName: string, sourceTaskId: string): void {
    this.#charged.add(`${sourceName}:${sourceTaskId}`);
    if (this.#max > 0 && this.#charged.size * operationWeights.taskById > this.#max)
      throw new LimitExceededError(`One operation asks for at most ${this.#max} tasks by their ids.`);
  }
}
