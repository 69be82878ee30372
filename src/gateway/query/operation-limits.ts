import { LimitExceededError } from '../../model/errors.js';

/**
 * What one operation makes the planes do, in calls at worst, and how much of it one operation may. All figures that bound the cost of an
 * operation stand here; those of its document (tokens, depth, aliases and such) are the configuration's `limits`.
 *
 * How they were chosen:
 * - A list weighs nothing for each field that shows it: all fields of an operation share what is known of a source, so that each list is
 *   read at most once, and an operation costs no more readings than there are sources.
 * - A task that is asked for by its id weighs one call, whatever the field and however often: a plane that cannot list is asked for each.
 * - 400 of them are two full pages of `nodes`: more than any page of people needs. Without this bound, 20 aliases of `nodes` with 200 ids
 *   each made 4,000 calls.
 * - An action weighs 10, which is what routers take for a mutation by themselves, so that `@cost` of a bulk mutation is that of 100; the
 *   gateway itself counts actions by `limits.actionsPerMinute`.
 *
 * What the answer to it holds is bounded as well, in values: of each object of a list, one for itself and one for each field that is
 * selected of it at most, or as many as `fieldWeights` says. 450,000 values are 200 tasks with every field of the schema, most of which
 * are empty; or with 50 subtasks each and 40 fields of each of those. A value that is there takes 1 to 2 µs, in which nobody else is
 * answered. Without this bound, lists in lists took 8 s and gave 16 MB.
 */
export const operationWeights = { list: 0, taskById: 1, action: 10 } as const;

/**
 * Fields that take more time than others for each object that has them, by their names, in values: `tasks` of a resource are found,
 * filtered and counted, shown or not. They weigh where the objects are handed out, so that what is too much is refused at once there,
 * and not in each object by itself.
 */
export const fieldWeights: Readonly<Record<string, number>> = { tasks: 225, subtasks: 20, history: 10, actions: 10, raw: 10 };

/** The keys of `limits` of the configuration that the gateway enforces. 0 is no limit. */
export interface GatewayLimits {
  /** Retries and cancels of one caller in a minute. */
  readonly actionsPerMinute: number;
  /** Tasks that one operation may request by their ids. */
  readonly tasksById: number;
  /** Values in the lists of one response, or of one event of a subscription. */
  readonly values: number;
  /** Size of all `raw` fields in one response, or in one event of a subscription, in KiB. */
  readonly rawKb: number;
}

/** What holds where the configuration says nothing else; the comment above says where the figures come from. */
export const defaultGatewayLimits: GatewayLimits = { actionsPerMinute: 60, tasksById: 400, values: 450_000, rawKb: 8_192 };

/** Tasks that one mutation acts on. */
export const maxTasksPerMutation = 100;

/** Adds up what one operation makes the planes do, by the weights of `operation-weights.ts`. */
export class TaskLookupBudget {
  readonly #most: number;
  readonly #asked = new Set<string>();

  /** `most`: tasks by their ids, in calls; 0 is no limit. */
  constructor(most: number) {
    this.#most = most;
  }

  /** A task that is asked for by its id; again, it costs nothing. Throws a LimitExceededError for the one that is too many. */
  chargeTask(sourceName: string, sourceTaskId: string): void {
    this.#asked.add(`${sourceName}:${sourceTaskId}`);
    if (this.#most > 0 && this.#asked.size * operationWeights.taskById > this.#most)
      throw new LimitExceededError(`One operation asks for at most ${this.#most} tasks by their ids.`);
  }
}
