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
 */
export const operationWeights = { list: 0, taskById: 1, action: 10 } as const;

/** Of all tasks by their ids, where `limits.tasksById` says nothing else. */
export const mostTasksById = 400;

/** Tasks that one mutation acts on. */
export const mostActedOn = 100;
