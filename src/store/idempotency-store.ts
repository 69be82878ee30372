import { createHash } from 'node:crypto';

import type { TaskActionError } from '../model/action-errors.js';
import type { TaskActionOutcome } from '../model/action.js';

/** How long an idempotency key and the result recorded for it are kept, in milliseconds. */
export const idempotencyRetentionMs = 86_400_000;

/** The same in words, for messages and descriptions. */
export const idempotencyRetentionText = `${idempotencyRetentionMs / 3_600_000} hours`;

/** Idempotency keys and the results recorded under them. Every method may fail; then nothing was recorded. */
export interface IdempotencyStore {
  /**
   * The key with which the inputs of actions are hashed: created once, the same in every process that shares this
   * store.
   */
  readInputHashKey(): Promise<Uint8Array>;
  /**
   * Claims an idempotency key. One request among all processes gets the claim. A record expires after
   * `idempotencyRetentionMs`.
   */
  claimIdempotencyKey(key: IdempotencyKey, request: IdempotencyClaimRequest): Promise<IdempotencyClaim>;
  /**
   * Records the result of the request that holds the claim; without effect when another request has taken the claim
   * over.
   */
  saveIdempotencyRecord(claimId: string, record: IdempotencyRecord): Promise<void>;
}

/**
 * What an idempotency key is valid for: a caller, a mutation and a task; where callers bring their own tokens of the
 * source, also the token.
 */
export interface IdempotencyKey {
  readonly caller: string;
  readonly mutation: string;
  readonly taskId: string;
  readonly idempotencyKey: string;
  /** Hash of the caller's own token; null or absent where the source uses the credentials of the gateway. */
  readonly tokenHash?: string | null;
}

/** The result of the first request with a key, which every repetition gets. */
export interface IdempotencyRecord {
  /** Identifies the input. The hash is keyed, so that no secret can be guessed from it. */
  readonly inputHash: string;
  readonly outcome: TaskActionOutcome;
  readonly errors: readonly TaskActionError[];
  readonly auditId: string | null;
}

export interface IdempotencyClaimRequest {
  readonly inputHash: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * A claim from before this time, in milliseconds since 1970, under which no action was recorded, is abandoned: its
   * process died.
   */
  readonly abandonedSince: number;
  /** How many unexpired keys the caller may have, this one included. */
  readonly maxKeysPerCaller: number;
}

export type IdempotencyClaim =
  /** No other request has acted under the key; the claiming one may. */
  | { readonly kind: 'claimed'; readonly claimId: string }
  | { readonly kind: 'recorded'; readonly record: IdempotencyRecord }
  /** The key is new, and the caller has as many keys as allowed. */
  | { readonly kind: 'limitReached' }
  | PendingClaim;

/** Another request holds the claim and has recorded no result: it is still running, or its process died. */
export interface PendingClaim {
  readonly kind: 'pending';
  readonly inputHash: string;
  /** Milliseconds since 1970. */
  readonly claimedAt: number;
  /** The action that was recorded under the claim; null for none, and then nothing was sent. */
  readonly action: { readonly auditId: string; readonly outcome: TaskActionOutcome | null } | null;
}

/** A stored claim, with what decides whether another request may take it over. */
interface StoredClaim {
  readonly claimedAt: number;
  readonly auditId: string | null;
  readonly hasRecord: boolean;
}

/**
 * Whether a claim may be taken over: it is expired, or abandoned. SqlIdempotencyStore has the same rule as a condition
 * in SQL.
 */
export function isClaimFree({ claimedAt, auditId, hasRecord }: StoredClaim, { at, abandonedSince }: IdempotencyClaimRequest): boolean {
  const isAbandoned = !hasRecord && auditId === null && claimedAt <= abandonedSince;
  return isAbandoned || claimedAt <= at - idempotencyRetentionMs;
}

/** Thrown when an action is recorded under a claim that another request has taken over, and that may be acting now. */
export class ClaimTakenOverError extends Error {
  override readonly name = 'ClaimTakenOverError';
  readonly code = 'CLAIM_TAKEN_OVER';

  constructor() {
    super('Another request has taken the idempotency key over.');
  }
}

/** Hashes a key with all that it is valid for into one short text; callers may have written anything into it. */
export function hashIdempotencyKey({ caller, mutation, taskId, idempotencyKey, tokenHash }: IdempotencyKey): string {
  return createHash('sha256')
    .update(JSON.stringify([caller, mutation, taskId, idempotencyKey, ...(tokenHash == null ? [] : [tokenHash])]))
    .digest('base64url');
}
