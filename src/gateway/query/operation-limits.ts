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
  /** References of a router in all `_entities` of one operation, equal ones too. */
  readonly references: number;
  /** Values in the lists of one response, or of one event of a subscription. */
  readonly values: number;
  /** Size of all `raw` fields in one response, or in one event of a subscription, in KiB. */
  readonly rawKb: number;
}

/**
 * The limits where the configuration sets none. 400 tasks by id are two full pages of `nodes`, more than a page for
 * people needs; without the limit, 20 aliases of `nodes` with 200 ids each made 4,000 calls. A reference that is
 * answered takes about 20 µs, one that is refused with an error of its own about 40 µs, so 2,000 take less than 0.1 s; more of them
 * do not fit into a body of the default size anyway, unless they are made up. For `values` see `ResponseBudget`.
 */
export const defaultQueryLimits: QueryLimits = { tasksById: 400, references: 2_000, values: 450_000, rawKb: 8_192 };

/** Limits how much one operation requests by ids. */
export class LookupBudget {
  readonly #limits: LookupLimits;
  readonly #tasks = new Set<string>();
  #references = 0;

  constructor(limits: LookupLimits) {
    this.#limits = limits;
  }

  /** Forgets what was charged: the operation is executed anew. */
  restart(): void {
    this.#tasks.clear();
    this.#references = 0;
  }

  /**
   * A task is charged once, however often it is requested. Throws a LimitExceededError for each one beyond the limit;
   * those that were charged before can still be requested.
   */
  chargeTask(sourceName: string, sourceTaskId: string): void {
    const task = `${sourceName}:${sourceTaskId}`;
    if (this.#tasks.has(task)) return;
    const { tasksById } = this.#limits;
    if (tasksById > 0 && (this.#tasks.size + 1) * operationWeights.taskById > tasksById)
      throw new LimitExceededError(`One operation asks for at most ${tasksById} tasks by their ids.`);
    this.#tasks.add(task);
  }

  /** Throws a LimitExceededError when there are too many references in the operation. */
  chargeReferences(count: number): void {
    const { references } = this.#limits;
    if (references > 0 && this.#references + count > references)
      throw new LimitExceededError(
        `One operation has at most ${references} references to entities; there were ${this.#references + count}.`,
      );
    this.#references += count;
  }
}

type LookupLimits = Pick<QueryLimits, 'tasksById' | 'references'>;
