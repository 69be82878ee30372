import { RateLimiter } from '../../lib/rate-limiter.js';
import type { Cancel, Scheduler } from '../../lib/scheduler.js';
import type { ActionJournal, ActionRefusal } from '../../store/action-journal.js';
import type { AuditReason, CountedReason, CountedRefusals } from '../../store/audit-trail.js';
import { refusalEntryRate } from '../actions/limits.js';
import type { Log } from '../log.js';

interface RefusalLogOptions {
  readonly journal: Pick<ActionJournal, 'recordRefusals' | 'recordCountedRefusals'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
  readonly log: Log;
}

/** How long refusals are counted before the count is recorded, in milliseconds. */
const countIntervalMs = 60_000;

/** Longer task ids and reasons are cut. No task has such an id, and nothing was done for that reason. */
const maxTextLength = 300;

/** The store cannot be written, so these refusals get no entry of their own; they are counted until it can. */
const storeUnavailable: AuditReason = 'LEDGER_UNAVAILABLE';

/**
 * Records which actions were refused, and why. A refusal costs a caller nothing, so what it can write is bounded:
 * beyond the rate of own entries, there is one entry a minute and caller with the number of refusals. A refusal that
 * the store does not take is logged, and counted until the store takes the count.
 */
export class RefusalLog {
  readonly #options: RefusalLogOptions;
  /** By reason and caller, so that no flood of refusals for one reason hides those for another. */
  readonly #ownEntryQuota: RateLimiter;
  #counter = new RefusalCounter();
  #cancelTimer: Cancel | null = null;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(options: RefusalLogOptions) {
    this.#options = options;
    this.#ownEntryQuota = new RateLimiter({ ...refusalEntryRate, now: options.now });
  }

  /**
   * Returns the audit ids in the order of the refusals; null for a refusal without an entry of its own. It never
   * rejects.
   */
  async record(refusals: readonly ActionRefusal[]): Promise<readonly (string | null)[]> {
    const truncated = refusals.map((refusal) => ({
      ...refusal,
      taskId: truncate(refusal.taskId),
      reason: refusal.reason && truncate(refusal.reason),
    }));
    const logged = truncated.filter(({ caller, refusedFor }) => this.#ownEntryQuota.take(`${refusedFor[0]} ${caller}`, 1) === 0);
    const auditIds = await this.#store(logged.filter(({ refusedFor }) => !refusedFor.includes(storeUnavailable)));
    for (const refusal of truncated) if (!auditIds.has(refusal)) this.#count(refusal);
    for (const refusal of logged) {
      const { caller, mutation, taskId, reason, refusedFor } = refusal;
      const auditId = auditIds.get(refusal) ?? null;
      this.#options.log.actionFinished({ auditId, caller, mutation, taskId, outcome: 'REJECTED', because: refusedFor, reason });
    }
    return truncated.map((refusal) => auditIds.get(refusal) ?? null);
  }

  /** Records the refusals that are counted but not recorded yet. */
  async close(): Promise<void> {
    this.#cancelTimer?.();
    await this.#inFlight;
    await this.#flush();
    this.#cancelTimer?.();
  }

  /** Returns the audit id of each refusal; none when the store fails. */
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

  #count(refusal: CountableRefusal, count = 1): void {
    this.#counter.add(refusal, count);
    this.#cancelTimer ??= this.#options.scheduler.after(countIntervalMs, () => {
      this.#cancelTimer = null;
      this.#inFlight = this.#flush();
    });
  }

  /** Records the counts; those that the store does not take are counted on. */
  async #flush(): Promise<void> {
    const { journal, now, report, log } = this.#options;
    const counted = this.#counter.all;
    if (counted.length === 0) return;
    this.#counter = new RefusalCounter();
    try {
      await journal.recordCountedRefusals(counted, now());
      for (const one of counted) log.refusalsCounted(one);
    } catch (error) {
      report(error);
      for (const one of counted) this.#restore(one);
    }
  }

  #restore({ caller, since, refused }: CountedRefusals): void {
    for (const { mutation, refusedFor, count } of refused) this.#count({ caller, mutation, refusedFor, at: since }, count);
  }
}

function truncate(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
}

/** The part of a refusal that is counted. */
type CountableRefusal = Pick<ActionRefusal, 'caller' | 'mutation' | 'refusedFor' | 'at'>;

/** Callers that are counted separately; the refusals of all others are counted together, as those of `otherCallers`. */
const maxCountedCallers = 10_000;

/** No caller has this id: ids of callers look like `key:a` and `sub:a`. */
const otherCallers = '*';

/** Counts refusals by caller, mutation and reason. */
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
