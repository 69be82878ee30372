import { parseInstant } from '../../../task/model/instant.js';
import type { JsonObject } from '../../../task/scalars/json-object.js';

/**
 * How tasks stand to each other by the time of their creation, which the plane does not document. Tasks without a time
 * say nothing; where all times are the same there is no telling.
 */
export function orderOf(tasks: Iterable<JsonObject | undefined>): 'newest first' | 'untold' | 'other' {
  let last: number | null = null;
  let isTold = false;
  for (const task of tasks) {
    const text = task?.['creationTimestamp'];
    const at = typeof text === 'string' ? parseInstant(text) : null;
    if (at === null) continue;
    if (last !== null && at > last) return 'other';
    isTold ||= last !== null && at < last;
    last = at;
  }
  return isTold ? 'newest first' : 'untold';
}
