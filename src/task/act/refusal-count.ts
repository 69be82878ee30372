import type { CountedReason, CountedRefusals } from '../audit/counted-refusals.js';
import type { ActionRefusal } from '../ledger.js';

/** What is counted of a refusal. */
export type CountableRefusal = Pick<ActionRefusal, 'caller' | 'mutation' | 'refusedFor' | 'at'>;

/** So many callers are told apart; the refusals of all others are counted together. */
const mostCallers = 10_000;

/** The name for these others. No caller has it: callers have names like `key:a` and `sub:a`. */
export const otherCallers = '*';

/** How many refusals there were, by caller, mutation and reason. */
export class RefusalCount {
  readonly #callers = new Map<string, { since: number; readonly reasons: Map<string, CountedReason> }>();

  add({ caller, mutation, refusedFor, at }: CountableRefusal, count = 1): void {
    const name = this.#callers.has(caller) || this.#callers.size < mostCallers ? caller : otherCallers;
    const counted = this.#callers.get(name) ?? { since: at, reasons: new Map<string, CountedReason>() };
    const key = [mutation, ...refusedFor].join(' ');
    counted.since = Math.min(counted.since, at);
    counted.reasons.set(key, { mutation, refusedFor, count: (counted.reasons.get(key)?.count ?? 0) + count });
    this.#callers.set(name, counted);
  }

  get all(): readonly CountedRefusals[] {
    return [...this.#callers].map(([caller, { since, reasons }]) => ({ caller, since, refused: [...reasons.values()] }));
  }
}
