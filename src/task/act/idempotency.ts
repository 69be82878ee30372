import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import type { AnswerClaim, AnswerKey, KeptAnswer, Ledger } from '../ledger.js';
import { SecretText } from '../scalars/secret.js';
import { leftAnswer } from './left-answer.js';

/** An action that is to happen once for all requests with the same key. */
export interface KeyedRequest {
  readonly key: AnswerKey;
  /** The caller's own token, where the source takes those; the key belongs to it, too. */
  readonly ownToken: string | null;
  /** What the key stands for, beyond the task. */
  readonly input: unknown;
  /** Of the input field that names the task. */
  readonly path: readonly string[];
  /** How long `act` may take, in milliseconds: others wait so long for its answer. */
  readonly longestMs: number;
  /** The intent is recorded under the claim, the answer is kept with the hash. */
  readonly act: (claimId: string, inputHash: string) => Promise<KeptAnswer>;
}

/**
 * What a key led to: a first answer, the kept one, a refusal because the input is another one, one because keys cannot be looked up, or one
 * because the caller has too many of them.
 */
export type KeyedAnswer =
  { readonly is: 'first' | 'kept'; readonly answer: KeptAnswer } | { readonly is: 'reused' | 'unavailable' | 'tooMany' };

export interface IdempotencyOptions {
  readonly ledger: Ledger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}

/** So many keys of the last 24 hours one caller may have, so that nobody takes those of all others. */
const mostOfCaller = 10_000;

/** So many answers that the ledger could not keep are remembered here; then the oldest go. */
const maxUnkept = 10_000;

/** Milliseconds between two looks for the answer of another process. */
const pollMs = 100;

/** Makes requests with the same key have one answer, across processes: concurrent ones wait for the first, later ones get the kept one. */
export class Idempotency {
  readonly #options: IdempotencyOptions;
  readonly #underWay = new Map<string, Promise<KeyedAnswer>>();
  /** What the ledger could not keep is remembered as long as the process lives, so that it is not sent twice. */
  readonly #unkept = new Map<string, KeptAnswer>();
  #hashKey: Uint8Array | null = null;

  constructor(options: IdempotencyOptions) {
    this.#options = options;
  }

  /** Runs `act` unless an answer is kept or under way. */
  async run(request: KeyedRequest): Promise<KeyedAnswer> {
    const { ownToken, input } = request;
    try {
      this.#hashKey ??= await this.#options.ledger.inputHashKey();
    } catch (error) {
      this.#options.report(error);
      return { is: 'unavailable' };
    }
    const inputHash = createHmac('sha256', this.#hashKey).update(JSON.stringify(input, reveal)).digest('hex');
    const tokenHash = ownToken === null ? null : createHmac('sha256', this.#hashKey).update(JSON.stringify({ ownToken })).digest('hex');
    const key = { ...request.key, tokenHash };
    const name = JSON.stringify(key);
    const underWay = this.#underWay.get(name);
    if (underWay !== undefined) return repeat(await underWay, inputHash);
    const first = this.#first({ ...request, key }, name, inputHash).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, first);
    const keyed = await first;
    return keyed.is === 'kept' ? repeat(keyed, inputHash) : keyed;
  }

  async #first(request: KeyedRequest, name: string, inputHash: string): Promise<KeyedAnswer> {
    const unkept = this.#unkept.get(name);
    if (unkept !== undefined) return { is: 'kept', answer: unkept };
    let claim: AnswerClaim;
    try {
      claim = await this.#claim(request, inputHash);
    } catch (error) {
      this.#options.report(error);
      return { is: 'unavailable' };
    }
    if (claim.is === 'kept' || claim.is === 'tooMany') return claim;
    if (claim.is === 'theirs') {
      const left = leftAnswer(claim, request.path);
      return left === null ? { is: 'unavailable' } : { is: 'kept', answer: left };
    }
    const answer = await request.act(claim.claimId, inputHash);
    try {
      await this.#options.ledger.keepAnswer(claim.claimId, answer);
    } catch (error) {
      this.#options.report(error);
      this.#remember(name, answer);
    }
    return { is: 'first', answer };
  }

  /** Asks for the key. While another has it, its answer is waited for, as long as its action may take. */
  async #claim({ key, longestMs }: KeyedRequest, inputHash: string): Promise<AnswerClaim> {
    const begun = performance.now();
    for (;;) {
      const at = this.#options.now();
      const claim = await this.#options.ledger.claimAnswer(key, { inputHash, at, abandonedSince: at - longestMs, mostOfCaller });
      // The clock of the other process may be wrong; that it makes no difference for longer than an action takes is measured here.
      const isOver = claim.is !== 'theirs' || at - claim.claimedAt >= longestMs || performance.now() - begun >= longestMs;
      if (isOver) return claim;
      await setTimeout(pollMs);
    }
  }

  #remember(name: string, answer: KeptAnswer): void {
    this.#unkept.set(name, answer);
    const oldest = this.#unkept.keys().next();
    if (this.#unkept.size > maxUnkept && oldest.done !== true) this.#unkept.delete(oldest.value);
  }
}

function repeat(keyed: KeyedAnswer, inputHash: string): KeyedAnswer {
  if (!('answer' in keyed)) return keyed;
  return keyed.answer.inputHash === inputHash ? { is: 'kept', answer: keyed.answer } : { is: 'reused' };
}

/** SecretText prints itself as `[removed]`; two inputs that differ in a secret alone must differ here. */
function reveal(this: unknown, key: string, value: unknown): unknown {
  const original = typeof this === 'object' && this !== null ? (Reflect.get(this, key) as unknown) : value;
  return original instanceof SecretText ? original.reveal() : value;
}
