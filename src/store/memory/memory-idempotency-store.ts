import { randomBytes, randomUUID } from 'node:crypto';

import type { TaskActionOutcome } from '../../model/action.js';
import {
  ClaimTakenOverError,
  hashIdempotencyKey,
  type IdempotencyClaim,
  type IdempotencyClaimRequest,
  type IdempotencyKey,
  type IdempotencyRecord,
  idempotencyRetentionMs,
  idempotencyRetentionText,
  type IdempotencyStore,
  isClaimFree,
} from '../idempotency-store.js';

/** Keys are promised for their whole retention, so that beyond this many new ones are refused and none is evicted. */
const maxClaims = 100_000;

interface Claim {
  readonly claimId: string;
  readonly caller: string;
  readonly claimedAt: number;
  readonly inputHash: string;
  auditId: string | null;
  record: IdempotencyRecord | null;
}

/** Idempotency keys that last as long as the process. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  /** By the hash of the key, oldest first. */
  readonly #claims = new Map<string, Claim>();
  /** How many claims each caller has. */
  readonly #claimCounts = new Map<string, number>();
  readonly #inputHashKey = randomBytes(32);
  readonly #findOutcome: (auditId: string) => TaskActionOutcome | null;

  constructor(findOutcome: (auditId: string) => TaskActionOutcome | null) {
    this.#findOutcome = findOutcome;
  }

  async readInputHashKey(): Promise<Uint8Array> {
    return this.#inputHashKey;
  }

  async claimIdempotencyKey(key: IdempotencyKey, request: IdempotencyClaimRequest): Promise<IdempotencyClaim> {
    const keyHash = hashIdempotencyKey(key);
    const claim = this.#claims.get(keyHash);
    if (claim === undefined || isClaimFree({ ...claim, hasRecord: claim.record !== null }, request)) {
      this.#delete(keyHash);
      return this.#add(keyHash, key.caller, request);
    }
    const { inputHash, claimedAt, auditId, record } = claim;
    if (record !== null) return { kind: 'recorded', record };
    return { kind: 'pending', inputHash, claimedAt, action: auditId === null ? null : { auditId, outcome: this.#findOutcome(auditId) } };
  }

  async saveIdempotencyRecord(claimId: string, record: IdempotencyRecord): Promise<void> {
    const claim = this.#find(claimId);
    if (claim !== undefined) claim.record = record;
  }

  /** Throws a ClaimTakenOverError when another request has taken the claim over. */
  linkActionToClaim(claimId: string | null, auditId: string): void {
    if (claimId === null) return;
    const claim = this.#find(claimId);
    if (claim === undefined) throw new ClaimTakenOverError();
    claim.auditId = auditId;
  }

  #add(keyHash: string, caller: string, { inputHash, at, maxKeysPerCaller }: IdempotencyClaimRequest): IdempotencyClaim {
    this.#deleteExpired(at);
    const count = this.#claimCounts.get(caller) ?? 0;
    if (count >= maxKeysPerCaller) return { kind: 'limitReached' };
    if (this.#claims.size >= maxClaims)
      throw new Error(`There are ${maxClaims} idempotency keys of the last ${idempotencyRetentionText} in memory.`);
    const claimId = `${keyHash}.${randomUUID()}`;
    this.#claims.set(keyHash, { claimId, caller, claimedAt: at, inputHash, auditId: null, record: null });
    this.#claimCounts.set(caller, count + 1);
    return { kind: 'claimed', claimId };
  }

  /** The claim, unless another request has taken it over. */
  #find(claimId: string): Claim | undefined {
    const claim = this.#claims.get(claimId.slice(0, claimId.indexOf('.')));
    return claim?.claimId === claimId ? claim : undefined;
  }

  /** The map is in the order of claiming, so the expired claims come first. */
  #deleteExpired(now: number): void {
    for (const [keyHash, { claimedAt }] of this.#claims) {
      if (claimedAt > now - idempotencyRetentionMs) break;
      this.#delete(keyHash);
    }
  }

  #delete(keyHash: string): void {
    const claim = this.#claims.get(keyHash);
    if (claim === undefined) return;
    this.#claims.delete(keyHash);
    const left = (this.#claimCounts.get(claim.caller) ?? 0) - 1;
    if (left > 0) this.#claimCounts.set(claim.caller, left);
    else this.#claimCounts.delete(claim.caller);
  }
}
