import { createHmac, randomBytes } from 'node:crypto';

import { BadUserInputError } from '../error/bad-user-input-error.js';
import type { AnswerKey, KeptAnswer, Ledger } from '../ledger.js';
import { SecretText } from '../scalars/secret.js';

/** What a key led to: a first answer, the kept one, a refusal because the input is another one, or one because keys cannot be looked up. */
export type KeyedAnswer = { readonly is: 'first' | 'kept'; readonly answer: KeptAnswer } | { readonly is: 'reused' | 'unavailable' };

const longestKey = 255;

/** So many answers that the ledger could not keep are remembered here; then the oldest go. */
const maxUnkept = 10_000;

/** Makes requests with the same key have one answer: concurrent ones wait for the first, later ones get the kept one. */
export class Idempotency {
  readonly #ledger: Ledger;
  readonly #report: (error: unknown) => void;
  readonly #underWay = new Map<string, Promise<KeyedAnswer>>();
  /** What the ledger could not keep is remembered as long as the process lives, so that it is not sent twice. */
  readonly #unkept = new Map<string, KeptAnswer>();
  readonly #hashKey = randomBytes(32);

  constructor(ledger: Ledger, report: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#report = report;
  }

  /** Runs `act` unless an answer is kept or under way. `act` gets the hash of the input, to keep with its answer. */
  async run(key: AnswerKey, input: unknown, act: (inputHash: string) => Promise<KeptAnswer>): Promise<KeyedAnswer> {
    if (key.idempotencyKey === '' || key.idempotencyKey.length > longestKey) {
      throw new BadUserInputError(`idempotencyKey has 1 to ${longestKey} characters.`);
    }
    const inputHash = createHmac('sha256', this.#hashKey).update(JSON.stringify(input, reveal)).digest('hex');
    const name = JSON.stringify(key);
    const underWay = this.#underWay.get(name);
    if (underWay !== undefined) return repeat(await underWay, inputHash);
    const first = this.#first(key, name, () => act(inputHash)).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, first);
    const keyed = await first;
    return keyed.is === 'kept' ? repeat(keyed, inputHash) : keyed;
  }

  async #first(key: AnswerKey, name: string, act: () => Promise<KeptAnswer>): Promise<KeyedAnswer> {
    let kept: KeptAnswer | null;
    try {
      kept = this.#unkept.get(name) ?? (await this.#ledger.keptAnswer(key));
    } catch (error) {
      this.#report(error);
      return { is: 'unavailable' };
    }
    if (kept !== null) return { is: 'kept', answer: kept };
    const answer = await act();
    try {
      await this.#ledger.keepAnswer(key, answer);
    } catch (error) {
      this.#report(error);
      this.#remember(name, answer);
    }
    return { is: 'first', answer };
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
