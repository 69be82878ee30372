import { RateLimiter } from '../../lib/rate-limiter.js';
import type { Cancel, Scheduler } from '../../lib/scheduler.js';
import type { ActionJournal, ActionRefusal } from '../../store/action-journal.js';
import type { AuditReason, CountedReason, CountedRefusals } from '../../store/audit-trail.js';
import type { Log } from '../log.js';

export interface RefusalLogOptions {
  readonly journal: Pick<ActionJournal, 'recordRefusals' | 'recordCountedRefusals'>;
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
const ownEntryRate = { most: 100, windowMs: 3_600_000 };

/** Milliseconds from the first refusal that is counted until the count is written down. */
const countIntervalMs = 60_000;

/** What is longer is cut, in characters: no task has such an id, and of what was not done nobody needs the whole reason. */
const maxTextLength = 300;

/** Of the store alone: what it cannot keep now it is told of when it can. */
const storeUnavailable: AuditReason = 'LEDGER_UNAVAILABLE';

/**
 * Writes down which actions were refused, and why. A refusal costs a caller nothing, so that what it writes is bounded: entries of their
 * own as above, and beyond them one entry a caller and minute with their number. A refusal that cannot be written down stays one: it is
 * logged, and counted until the store takes the count.
 */
export class RefusalLog {
  readonly #options: RefusalLogOptions;
  /** By caller and reason, so that nobody hides what they try behind a flood of something else. */
  readonly #ownEntryQuota: RateLimiter;
  #counter = new RefusalCounter();
  #cancel: Cancel | null = null;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(options: RefusalLogOptions) {
    this.#options = options;
    this.#ownEntryQuota = new RateLimiter({ ...ownEntryRate, now: options.now });
  }

  /** The audit ids, in the order of the refusals; null for one that has no entry of its own. It never rejects. */
  async record(refusals: readonly ActionRefusal[]): Promise<readonly (string | null)[]> {
    const cut = refusals.map((refusal) => ({
      ...refusal,
      taskId: truncate(refusal.taskId),
      reason: refusal.reason && truncate(refusal.reason),
    }));
    const isTold = cut.map(({ caller, refusedFor }) => this.#ownEntryQuota.take(`${refusedFor[0]} ${caller}`, 1) === 0);
    const told = cut.filter((_, index) => isTold[index]);
    const own = told.filter(({ refusedFor }) => !refusedFor.includes(storeUnavailable));
    const auditIds = await this.#store(own);
    for (const refusal of cut) if (!auditIds.has(refusal)) this.#addToCount(refusal);
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
    await this.#inFlight;
    await this.#flush();
    this.#cancel?.();
  }

  /** Empty when the store takes nothing now. */
  async #store(refusals: readonly ActionRefusal[]): Promise<ReadonlyMap<ActionRefusal, string>> {
    if (refusals.length === 0) return new Map();
    try {
      const auditIds = await this.#options.journal.recordRefusals(refusals);
      return new Map(refusals.flatMap((refusal, index) => (auditIds[index] === undefined ? [] : [[refusal, auditIds[index]]])));
    } catch (error) {
      this.#options.report(error);
      return new Map();
    }
  }

  #addToCount(refusal: CountableRefusal, count = 1): void {
    this.#counter.add(refusal, count);
    this.#cancel ??= this.#options.scheduler.after(countIntervalMs, () => {
      this.#cancel = null;
      this.#inFlight = this.#flush();
    });
  }

  /** What the store does not take is told the next time. */
  async #flush(): Promise<void> {
    const { journal, now, report, log } = this.#options;
    const counted = this.#counter.all;
    if (counted.length === 0) return;
    this.#counter = new RefusalCounter();
    try {
      await journal.recordCountedRefusals(counted, now());
      for (const one of counted) log.refused(one);
    } catch (error) {
      report(error);
      for (const one of counted) this.#restore(one);
    }
  }

  #restore({ caller, since, refused }: CountedRefusals): void {
    for (const { mutation, refusedFor, count } of refused) this.#addToCount({ caller, mutation, refusedFor, at: since }, count);
  }
}

function truncate(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
}

/** What is counted of a refusal. */
export type CountableRefusal = Pick<ActionRefusal, 'caller' | 'mutation' | 'refusedFor' | 'at'>;

/** So many callers are told apart; the refusals of all others are counted together. */
const maxCountedCallers = 10_000;

/** The name for these others. No caller has it: callers have names like `key:a` and `sub:a`. */
export const otherCallers = '*';

/** How many refusals there were, by caller, mutation and reason. */
export class RefusalCounter {
  readonly #callers = new Map<string, { since: number; readonly reasons: Map<string, CountedReason> }>();

  add({ caller, mutation, refusedFor, at }: CountableRefusal, count = 1): void {
    const name = this.#callers.has(caller) || this.#callers.size < maxCountedCallers ? caller : otherCallers;
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
