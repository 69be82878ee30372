import { LimitExceededError } from '../error/limit-exceeded-error.js';
import { RateLimitedError } from '../error/rate-limited-error.js';
import type { ActionRoom } from './action-room.js';
import type { TaskActionPayload } from './payload.js';

type Result = Pick<TaskActionPayload, 'errors' | 'isRepeat'>;

/**
 * Takes `count` of the caller's actions of this minute before anything is read, all or none, and gives back what was not sent.
 * Throws a RateLimitedError when there are too few now, a LimitExceededError when there never are so many.
 */
export async function rationed<Results extends readonly Result[]>(
  count: number,
  { caller, allowance }: Pick<ActionRoom, 'caller' | 'allowance'>,
  act: () => Promise<Results>,
): Promise<Results> {
  const waitMs = allowance.take(caller.id, count);
  if (waitMs === Infinity) throw new LimitExceededError('The mutation acts on more tasks than limits.actionsPerMinute allows.');
  if (waitMs > 0) throw new RateLimitedError('actionsPerMinute', waitMs);
  const results = await act();
  allowance.giveBack(caller.id, results.filter(wasNotSent).length);
  return results;
}

function wasNotSent({ errors, isRepeat }: Result): boolean {
  return isRepeat || errors.some(({ __typename }) => beforeSending.has(__typename));
}

const beforeSending: ReadonlySet<string> = new Set(['TaskActionNotAllowedError', 'TaskNotFoundError', 'IdempotencyKeyReusedError']);
