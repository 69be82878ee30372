import { LimitExceededError } from '../error/limit-exceeded-error.js';
import { RateLimitedError } from '../error/rate-limited-error.js';
import type { ActionRoom } from './action-room.js';

type RationRoom = Pick<ActionRoom, 'caller' | 'allowance'>;

/** Takes `count` of the caller's actions of this minute before anything is read, all or none; why not, when there are too few. */
export function takeRation(count: number, { caller, allowance }: RationRoom): RateLimitedError | LimitExceededError | null {
  const waitMs = allowance.take(caller.id, count);
  if (waitMs === Infinity) return new LimitExceededError('The mutation acts on more tasks than limits.actionsPerMinute allows.');
  return waitMs > 0 ? new RateLimitedError('actionsPerMinute', waitMs) : null;
}

/** Gives back what was not sent; what the plane refused was. */
export function giveBackRation(acted: readonly { readonly isSent: boolean }[], { caller, allowance }: RationRoom): void {
  allowance.giveBack(caller.id, acted.filter(({ isSent }) => !isSent).length);
}
