import { BadUserInputError } from '../error/bad-user-input-error.js';
import { mostActedOn } from '../read/operation-weights.js';
import type { BulkActionInput } from './action-input.js';

/** In UTF-16 code units, as GraphQL strings are counted here. */
export const longestReason = 2_000;
export const longestKey = 255;

/** They could move the cursor of whoever reads the trail of actions, or turn its words around. */
const unfitForReason = /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with the input of a mutation that acts; null: nothing. */
export function unfitInput({ ids, reason, idempotencyKey }: BulkActionInput): BadUserInputError | null {
  if (ids.length > mostActedOn) return new BadUserInputError(`ids has at most ${mostActedOn} entries; there were ${ids.length}.`);
  if ((reason?.length ?? 0) > longestReason) return new BadUserInputError(`reason has at most ${longestReason} characters.`);
  if (unfitForReason.test(reason ?? '')) return new BadUserInputError('reason has no control characters but tabs and line breaks.');
  if (idempotencyKey === '' || (idempotencyKey?.length ?? 0) > longestKey)
    return new BadUserInputError(`idempotencyKey has 1 to ${longestKey} characters.`);
  return null;
}
