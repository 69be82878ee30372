import type { ActionCommand, TaskActionKind } from '../../model/action.js';
import { BadUserInputError, LimitExceededError, RateLimitedError } from '../../model/errors.js';
import { maxTasksPerMutation } from '../query/operation-limits.js';
import { type ActionContext, resolveTaskId } from './action-context.js';
import { type BulkActionInput, maxKeyLength, maxReasonLength } from './inputs.js';

/** They could move the cursor of whoever reads the trail of actions, or turn its words around. */
const forbiddenInReason = /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with the input of a mutation that acts; null: nothing. */
export function findInputError({ ids, reason, idempotencyKey }: BulkActionInput): BadUserInputError | null {
  if (ids.length > maxTasksPerMutation)
    return new BadUserInputError(`ids has at most ${maxTasksPerMutation} entries; there were ${ids.length}.`);
  if ((reason?.length ?? 0) > maxReasonLength) return new BadUserInputError(`reason has at most ${maxReasonLength} characters.`);
  if (forbiddenInReason.test(reason ?? '')) return new BadUserInputError('reason has no control characters but tabs and line breaks.');
  if (idempotencyKey === '' || (idempotencyKey?.length ?? 0) > maxKeyLength)
    return new BadUserInputError(`idempotencyKey has 1 to ${maxKeyLength} characters.`);
  return null;
}

type ActionQuotaContext = Pick<ActionContext, 'caller' | 'actionQuota'>;

/** Takes `count` of the caller's actions of this minute before anything is read, all or none; why not, when there are too few. */
export function takeActionQuota(count: number, { caller, actionQuota }: ActionQuotaContext): RateLimitedError | LimitExceededError | null {
  const waitMs = actionQuota.take(caller.id, count);
  if (waitMs === Infinity) return new LimitExceededError('The mutation acts on more tasks than limits.actionsPerMinute allows.');
  return waitMs > 0 ? new RateLimitedError('actionsPerMinute', waitMs) : null;
}

/** Gives back what was not sent; what the plane refused was. */
export function refundActionQuota(acted: readonly { readonly isSent: boolean }[], { caller, actionQuota }: ActionQuotaContext): void {
  actionQuota.refund(caller.id, acted.filter(({ isSent }) => !isSent).length);
}

/**
 * Whether the caller may ask for the action at all, whatever the task: there is such a source, they may read it and act on it, and
 * where it takes callers' own tokens, they sent one.
 */
export function mayRequestAction({ action }: ActionCommand, taskId: string, room: ActionContext): boolean {
  const name = resolveTaskId(taskId, room)?.cache.source.name;
  if (name === undefined || !room.caller.may(rightByAction[action], name)) return false;
  return !room.takesOwnTokens(name) || room.caller.sourceToken?.(name) != null;
}

/** The right that an action takes. */
export const rightByAction = { RETRY: 'retry', CANCEL: 'cancel' } as const satisfies Record<TaskActionKind, string>;

/** The room for a caller who may act on nothing, whatever right they are given while the operation lasts. */
export function withReadRightsOnly(room: ActionContext): ActionContext {
  const { caller } = room;
  return { ...room, caller: { id: caller.id, may: (right, sourceName) => right === 'read' && caller.may(right, sourceName) } };
}
