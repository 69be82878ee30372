import type { CountedRefusals } from '../audit/counted-refusals.js';
import type { ReasonWord } from '../audit/reason-word.js';
import type { ActionRefusal, Ledger } from '../ledger.js';
import type { Log } from '../log.js';
import type { Cancel, Scheduler } from '../watch/scheduler.js';
import { RateLimiter } from './rate-limiter.js';
import { type CountableRefusal, RefusalCount } from './refusal-count.js';

export interface RefusalsOptions {
  readonly ledger: Pick<Ledger, 'recordRefusals' | 'recordCounted'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  readonly report: (error: unknown) => void;
  readonly log: Log;
}

/**
 * Refusals of one caller for one reason that have an entry of their own, in an hour: a bulk mutation of as many tasks as there may be,
 * or one now and then. They take about 1 kB each, at most 5 kB: some ten reasons are to be had at will, so that is 25 MB a day, at most 120.
 */
const mostOwn = { most: 100, windowMs: 3_600_000 };

/** Milliseconds from the first refusal that is counted until the count is written down. */
const countingMs = 60_000;

/** What is longer is cut, in characters: no task has such an id, and of what was not done nobody needs the whole reason. */
const longestText = 300;

/** Of the store alone: what it cannot keep now it is told of when it can. */
const storeFails: ReasonWord = 'LEDGER_UNAVAILABLE';

/**
 * Writes down which actions were refused, and why. A refusal costs a caller nothing, so that what it writes is bounded: entries of their
 * own as above, and beyond them one entry a caller and minute with their number. A refusal that cannot be written down stays one: it is
 * logged, and counted until the store takes the count.
 */
export class Refusals {
  readonly #options: RefusalsOptions;
  /** By caller and reason, so that nobody hides what they try behind a flood of something else. */
  readonly #allowance: RateLimiter;
  #count = new RefusalCount();
  #cancel: Cancel | null = null;
  #underWay: Promise<void> = Promise.resolve();

  constructor(options: RefusalsOptions) {
    this.#options = options;
    this.#allowance = new RateLimiter({ ...mostOwn, now: options.now });
  }

  /** The audit ids, in the order of the refusals; null for one that has no entry of its own. It never rejects. */
  async record(refusals: readonly ActionRefusal[]): Promise<readonly (string | null)[]> {
    const cut = refusals.map((refusal) => ({ ...refusal, taskId: short(refusal.taskId), reason: refusal.reason && short(refusal.reason) }));
    const isTold = cut.map(({ caller, refusedFor }) => this.#allowance.take(`${refusedFor[0]} ${caller}`, 1) === 0);
    const told = cut.filter((_, index) => isTold[index]);
    const own = told.filter(({ refusedFor }) => !refusedFor.includes(storeFails));
    const auditIds = await this.#keep(own);
    for (const refusal of cut) if (!auditIds.has(refusal)) this.#countIn(refusal);
    const { log } = this.#options;
    for (const refusal of told) {
      const { caller, mutation, taskId, reason, refusedFor } = refusal;
      log.acted({ auditId: auditIds.get(refusal) ?? null, caller, mutation, taskId, outcome: 'REJECTED', because: refusedFor, reason });
    }
    return cut.map((refusal) => auditIds.get(refusal) ?? null);
  }

  /** Writes down what was counted until now. */
  async close(): Promise<void> {
    this.#cancel?.();
    await this.#underWay;
    await this.#tell();
    this.#cancel?.();
  }

  /** Empty when the store takes nothing now. */
  async #keep(refusals: readonly ActionRefusal[]): Promise<ReadonlyMap<ActionRefusal, string>> {
    if (refusals.length === 0) return new Map();
    try {
      const auditIds = await this.#options.ledger.recordRefusals(refusals);
      return new Map(refusals.flatMap((refusal, index) => (auditIds[index] === undefined ? [] : [[refusal, auditIds[index]]])));
    } catch (error) {
      this.#options.report(error);
      return new Map();
    }
  }

  #countIn(refusal: CountableRefusal, count = 1): void {
    this.#count.add(refusal, count);
    this.#cancel ??= this.#options.scheduler.after(countingMs, () => {
      this.#cancel = null;
      this.#underWay = this.#tell();
    });
  }

  /** What the store does not take is told the next time. */
  async #tell(): Promise<void> {
    const { ledger, now, report, log } = this.#options;
    const counted = this.#count.all;
    if (counted.length === 0) return;
    this.#count = new RefusalCount();
    try {
      await ledger.recordCounted(counted, now());
      for (const one of counted) log.refused(one);
    } catch (error) {
      report(error);
      for (const one of counted) this.#addAgain(one);
    }
  }

  #addAgain({ caller, since, refused }: CountedRefusals): void {
    for (const { mutation, refusedFor, count } of refused) this.#countIn({ caller, mutation, refusedFor, at: since }, count);
  }
}

function short(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
