// Every limit of actions. Those of queries are in `gateway/query/operation-limits.ts`.

/** Tasks that one mutation acts on. */
export const maxTasksPerMutation = 100;

/** The keys of `limits` of the configuration that bound actions. 0 is no limit. */
export interface ActionLimits {
  /** Retries and cancels of one caller in a minute. */
  readonly actionsPerMinute: number;
}

/** The limits where the configuration sets none. They are above `maxTasksPerMutation`, so that a bulk mutation of the largest size is possible. */
export const defaultActionLimits: ActionLimits = { actionsPerMinute: 120 };

/** Actions of one bulk mutation that are in progress at a time. */
export const bulkConcurrency = 4;

/** In UTF-16 code units. */
export const maxReasonLength = 2_000;
export const maxIdempotencyKeyLength = 255;

/** Unexpired idempotency keys of one caller. The memory store keeps ten times as many, for all callers. */
export const maxKeysPerCaller = 10_000;

/**
 * How many refusals of one caller for one reason get an entry of their own in an hour: a bulk mutation of the largest
 * size is recorded in full. An entry takes 1 to 5 kB and a caller can provoke about ten reasons at will, so one caller
 * can write 25 to 120 MB a day at most.
 */
export const refusalEntryRate = { most: maxTasksPerMutation, windowMs: 3_600_000 };
