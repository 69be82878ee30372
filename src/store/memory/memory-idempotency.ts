import { randomUUID } from 'node:crypto';

import type { TaskActionOutcome } from '../../model/action.js';
import {
  hashIdempotencyKey,
  type IdempotencyClaim,
  type IdempotencyClaimRequest,
  type IdempotencyKey,
  type IdempotencyRecord,
  idempotencyRetention,
  idempotencyRetentionMs,
} from '../idempotency-record.js';

/** So many keys are kept at most. They are promised for their whole life, so that more are refused instead of forgetting one. */
const maxClaims = 100_000;

interface Claim {
  readonly claimId: string;
  readonly caller: string;
  readonly claimedAt: number;
  readonly inputHash: string;
  auditId: string | null;
  answer: IdempotencyRecord | null;
}

/** Idempotency keys, as long as the process lives: for 24 hours; while there are 100,000 of them a new one is refused. */
export class MemoryIdempotencyStore {
  /** By the name of their key, oldest first. */
  readonly #claims = new Map<string, Claim>();
  /** How many of them each caller has. */
  readonly #counts = new Map<string, number>();
  readonly #outcomeOf: (auditId: string) => TaskActionOutcome | null;

  constructor(outcomeOf: (auditId: string) => TaskActionOutcome | null) {
    this.#outcomeOf = outcomeOf;
  }

  claim(key: IdempotencyKey, { inputHash, at, abandonedSince, maxKeysPerCaller: mostOfCaller }: IdempotencyClaimRequest): IdempotencyClaim {
    const name = hashIdempotencyKey(key);
    const { caller } = key;
    const before = this.#claims.get(name);
    const isAbandoned = before?.answer === null && before.auditId === null && before.claimedAt <= abandonedSince;
    if (before === undefined || isAbandoned || before.claimedAt <= at - idempotencyRetentionMs) {
      this.#delete(name);
      this.#forgetOld(at);
      if ((this.#counts.get(caller) ?? 0) >= mostOfCaller) return { kind: 'tooMany' };
      if (this.#claims.size >= maxClaims)
        throw new Error(`There are ${maxClaims} idempotency keys of the last ${idempotencyRetention} in memory.`);
      const claimId = `${name}.${randomUUID()}`;
      this.#claims.set(name, { claimId, caller, claimedAt: at, inputHash, auditId: null, answer: null });
      this.#counts.set(caller, (this.#counts.get(caller) ?? 0) + 1);
      return { kind: 'mine', claimId };
    }
    const { claimedAt, auditId, answer } = before;
    if (answer !== null) return { kind: 'kept', answer };
    const action = auditId === null ? null : { auditId, outcome: this.#outcomeOf(auditId) };
    return { kind: 'theirs', inputHash: before.inputHash, claimedAt, action };
  }

  save(claimId: string, answer: IdempotencyRecord): void {
    const claim = this.#find(claimId);
    if (claim !== undefined) claim.answer = answer;
  }

  /** Throws when the claim was taken over. */
  linkActionToClaim(claimId: string | null, auditId: string): void {
    if (claimId === null) return;
    const claim = this.#find(claimId);
    if (claim === undefined) throw new Error('Another request has taken the idempotency key over.');
    claim.auditId = auditId;
  }

  clear(): void {
    this.#claims.clear();
    this.#counts.clear();
  }

  /** The claim, unless another has taken its place. */
  #find(claimId: string): Claim | undefined {
    const claim = this.#claims.get(claimId.slice(0, claimId.indexOf('.')));
    return claim?.claimId === claimId ? claim : undefined;
  }

  /** Those whose time is over are the first ones. */
  #forgetOld(now: number): void {
    for (const [name, { claimedAt }] of this.#claims) {
      if (claimedAt > now - idempotencyRetentionMs) break;
      this.#delete(name);
    }
  }

  #delete(name: string): void {
    const claim = this.#claims.get(name);
    if (claim === undefined) return;
    this.#claims.delete(name);
    const left = (this.#counts.get(claim.caller) ?? 0) - 1;
    if (left > 0) this.#counts.set(claim.caller, left);
    else this.#counts.delete(claim.caller);
  }
}
