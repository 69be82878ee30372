import { createHash } from 'node:crypto';

import type { TaskActionError } from '../model/action-errors.js';
import type { TaskActionOutcome } from '../model/action.js';

/** An idempotency key belongs to a caller, a mutation and a task, and where callers bring their own tokens of the source, to that token. */
export interface IdempotencyKey {
  readonly caller: string;
  readonly mutation: string;
  readonly taskId: string;
  readonly idempotencyKey: string;
  /** Of the caller's own token, where the source of the task takes those; null or absent: it does not. */
  readonly tokenHash?: string | null;
}

export interface IdempotencyRecord {
  /** Tells the same input from another; keyed, so that no secret can be guessed from it. */
  readonly inputHash: string;
  readonly outcome: TaskActionOutcome;
  readonly errors: readonly TaskActionError[];
  readonly auditId: string | null;
}

export interface IdempotencyClaimRequest {
  readonly inputHash: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** A claim this old, in milliseconds since 1970, without an action that was recorded under it, was left by one who died. */
  readonly abandonedSince: number;
  /** So many keys of the last 24 hours the caller may have, this one included. */
  readonly maxKeysPerCaller: number;
}

/** What asking for an idempotency key gave. */
export type IdempotencyClaim =
  /** Nobody has acted under it: the one who asked may. */
  | { readonly kind: 'mine'; readonly claimId: string }
  | { readonly kind: 'kept'; readonly answer: IdempotencyRecord }
  /** The caller has as many keys as one may have; this one is none of them. */
  | { readonly kind: 'tooMany' }
  | PendingClaim;

/** Another has the key and has kept no answer: it is still acting, or it died. */
export interface PendingClaim {
  readonly kind: 'theirs';
  readonly inputHash: string;
  /** Milliseconds since 1970. */
  readonly claimedAt: number;
  /** What was recorded under the claim; null when nothing was, so that nothing was sent. */
  readonly action: { readonly auditId: string; readonly outcome: TaskActionOutcome | null } | null;
}

/** One short text for an idempotency key and what it belongs to; callers may have written anything into them. */
export function hashIdempotencyKey({ caller, mutation, taskId, idempotencyKey, tokenHash }: IdempotencyKey): string {
  return createHash('sha256')
    .update(JSON.stringify([caller, mutation, taskId, idempotencyKey, ...(tokenHash == null ? [] : [tokenHash])]))
    .digest('base64url');
}

/** How long an idempotency key and the result recorded for it are kept, in milliseconds. */
export const idempotencyRetentionMs = 86_400_000;

/** The same in words, for messages and descriptions. */
export const idempotencyRetention = `${idempotencyRetentionMs / 3_600_000} hours`;
