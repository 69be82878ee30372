import { randomUUID } from 'node:crypto';

import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { ActionIntent, AnswerKey, KeptAnswer, Ledger } from '../task/ledger.js';

const day = 86_400_000;
const maxEntries = 10_000;

/** A ledger that lives as long as the process. The oldest journal entries and answers go when there are more than 10,000. */
export class MemoryLedger implements Ledger {
  readonly #tracked = new Map<string, Set<string>>();
  readonly #journal = new Map<string, ActionIntent & { outcome: { is: TaskActionOutcome; at: number } | null }>();
  readonly #answers = new Map<string, KeptAnswer>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async trackedIds(sourceName: string): Promise<readonly string[]> {
    return [...(this.#tracked.get(sourceName) ?? [])];
  }

  async track(sourceName: string, localId: string): Promise<void> {
    const ids = this.#tracked.get(sourceName) ?? new Set();
    this.#tracked.set(sourceName, ids.add(localId));
  }

  async untrack(sourceName: string, localId: string): Promise<boolean> {
    return this.#tracked.get(sourceName)?.delete(localId) ?? false;
  }

  async recordIntent(intent: ActionIntent): Promise<string> {
    const auditId = randomUUID();
    this.#journal.set(auditId, { ...intent, outcome: null });
    dropOldest(this.#journal);
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    const entry = this.#journal.get(auditId);
    if (entry !== undefined) entry.outcome = { is: outcome, at };
  }

  async keptAnswer(key: AnswerKey): Promise<KeptAnswer | null> {
    const answer = this.#answers.get(textOf(key));
    return answer !== undefined && this.#now() - answer.at < day ? answer : null;
  }

  async keepAnswer(key: AnswerKey, answer: KeptAnswer): Promise<void> {
    this.#answers.set(textOf(key), answer);
    dropOldest(this.#answers);
  }

  async close(): Promise<void> {
    this.#answers.clear();
  }
}

function textOf({ caller, mutation, taskId, idempotencyKey }: AnswerKey): string {
  return JSON.stringify([caller, mutation, taskId, idempotencyKey]);
}

function dropOldest(entries: Map<string, unknown>): void {
  const oldest = entries.keys().next();
  if (entries.size > maxEntries && oldest.done !== true) entries.delete(oldest.value);
}
