import { randomBytes, randomUUID } from 'node:crypto';

import { type Kysely, type Transaction } from 'kysely';

import type { TaskActionError } from '../task/act/error.js';
import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { ActionIntent, AnswerClaim, AnswerKey, ClaimRequest, KeptAnswer, Ledger } from '../task/ledger.js';
import { answerName } from './answer-name.js';
import { answerLifeMs, pruneEveryMs } from './keep.js';
import type { LedgerTables } from './ledger-tables.js';

export interface SqlLedgerOptions {
  readonly db: Kysely<LedgerTables>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that the journal is kept. */
  readonly keepMs: number;
  /** Runs one job, again where the database was busy. */
  readonly attempt: <Value>(job: () => Promise<Value>) => Promise<Value>;
}

/** A ledger in a database; whatever is acknowledged is on its disk. */
export class SqlLedger implements Ledger {
  readonly #options: SqlLedgerOptions;
  #prunedAt = -Infinity;

  constructor(options: SqlLedgerOptions) {
    this.#options = options;
  }

  async trackedIds(sourceName: string): Promise<readonly string[]> {
    const rows = await this.#options.attempt(() =>
      this.#options.db
        .selectFrom('tributary_tracked')
        .select('local_id')
        .where('source_name', '=', sourceName)
        .orderBy('tracked_at')
        .orderBy('local_id')
        .execute(),
    );
    return rows.map((row) => row.local_id);
  }

  async track(sourceName: string, localId: string): Promise<void> {
    const row = { source_name: sourceName, local_id: localId, tracked_at: this.#options.now() };
    await this.#write((db) =>
      db
        .insertInto('tributary_tracked')
        .values(row)
        .onConflict((same) => same.columns(['source_name', 'local_id']).doNothing())
        .execute(),
    );
  }

  async untrack(sourceName: string, localId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#write((db) =>
      db.deleteFrom('tributary_tracked').where('source_name', '=', sourceName).where('local_id', '=', localId).executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }

  async recordIntent({ caller, mutation, action, taskId, reason, claimId, at }: ActionIntent): Promise<string> {
    await this.#pruneNowAndThen();
    const auditId = randomUUID();
    const row = { audit_id: auditId, caller: text(caller), mutation, action, task_id: text(taskId), reason: reason && text(reason) };
    const entry = { ...row, recorded_at: at, outcome: null, outcome_at: null };
    await this.#write(async (db) => {
      if (claimId !== null) await actUnder(claimId, auditId, db);
      await db.insertInto('tributary_action').values(entry).execute();
    });
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    await this.#write((db) =>
      db.updateTable('tributary_action').set({ outcome, outcome_at: at }).where('audit_id', '=', auditId).execute(),
    );
  }

  async inputHashKey(): Promise<Uint8Array> {
    const setting = { name: 'inputHashKey', value: randomBytes(32).toString('base64') };
    const { value } = await this.#write(async (db) => {
      await db
        .insertInto('tributary_setting')
        .values(setting)
        .onConflict((same) => same.column('name').doNothing())
        .execute();
      return db.selectFrom('tributary_setting').select('value').where('name', '=', setting.name).executeTakeFirstOrThrow();
    });
    return Buffer.from(value, 'base64');
  }

  async claimAnswer(key: AnswerKey, { inputHash, at, abandonedSince }: ClaimRequest): Promise<AnswerClaim> {
    const name = answerName(key);
    const mine = { claim_id: randomUUID(), claimed_at: at, input_hash: inputHash, audit_id: null, outcome: null, errors: null };
    const row = await this.#write(async (db) => {
      await db
        .insertInto('tributary_answer')
        .values({ name, ...mine })
        .onConflict((same) =>
          same
            .column('name')
            .doUpdateSet(mine)
            .where(({ eb, and, or }) => {
              const { ref } = db.dynamic;
              const isAbandoned = and([
                eb(ref<'audit_id'>('tributary_answer.audit_id'), 'is', null),
                eb(ref<'outcome'>('tributary_answer.outcome'), 'is', null),
                eb(ref<'claimed_at'>('tributary_answer.claimed_at'), '<=', abandonedSince),
              ]);
              return or([isAbandoned, eb(ref<'claimed_at'>('tributary_answer.claimed_at'), '<=', at - answerLifeMs)]);
            }),
        )
        .execute();
      return db
        .selectFrom('tributary_answer as answer')
        .leftJoin('tributary_action as action', 'action.audit_id', 'answer.audit_id')
        .select(['claim_id', 'claimed_at', 'input_hash', 'answer.audit_id', 'answer.outcome', 'errors', 'action.outcome as recorded'])
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
    });
    const { claim_id: claimId, claimed_at: claimedAt, input_hash: hash, audit_id: auditId, outcome, errors, recorded } = row;
    if (claimId === mine.claim_id) return { is: 'mine', claimId };
    if (outcome !== null) return { is: 'kept', answer: { inputHash: hash, outcome, errors: errorsIn(errors), auditId } };
    return { is: 'theirs', inputHash: hash, claimedAt, action: auditId === null ? null : { auditId, outcome: recorded } };
  }

  async keepAnswer(claimId: string, { outcome, errors, auditId }: KeptAnswer): Promise<void> {
    const answer = { outcome, errors: JSON.stringify(errors), audit_id: auditId };
    await this.#write((db) => db.updateTable('tributary_answer').set(answer).where('claim_id', '=', claimId).execute());
  }

  /** Actions that were recorded until then and have no outcome will get none: their process died. They are UNKNOWN. */
  async settle(until: number): Promise<void> {
    const unknown = { outcome: 'UNKNOWN', outcome_at: this.#options.now() } as const;
    await this.#write((db) =>
      db.updateTable('tributary_action').set(unknown).where('outcome', 'is', null).where('recorded_at', '<=', until).execute(),
    );
  }

  async close(): Promise<void> {
    await this.#options.db.destroy();
  }

  /** Before something is added, at most once an hour: a ledger that nothing is added to does not grow. */
  async #pruneNowAndThen(): Promise<void> {
    const now = this.#options.now();
    if (now - this.#prunedAt < pruneEveryMs) return;
    await this.#write(async (db) => {
      await db
        .deleteFrom('tributary_action')
        .where('recorded_at', '<', now - this.#options.keepMs)
        .execute();
      await db
        .deleteFrom('tributary_answer')
        .where('claimed_at', '<=', now - answerLifeMs)
        .execute();
    });
    this.#prunedAt = now;
  }

  #write<Value>(job: (db: Transaction<LedgerTables>) => Promise<Value>): Promise<Value> {
    return this.#options.attempt(() => this.#options.db.transaction().execute(job));
  }
}

/** Throws when the claim was taken over: then whoever has it now may be acting. */
async function actUnder(claimId: string, auditId: string, db: Transaction<LedgerTables>): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('tributary_answer')
    .set({ audit_id: auditId })
    .where('claim_id', '=', claimId)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new Error('Another request has taken the idempotency key over.');
}

/** Neither database keeps U+0000. */
function text(words: string): string {
  return words.replaceAll('\u0000', '\uFFFD');
}

function errorsIn(json: string | null): readonly TaskActionError[] {
  return json === null ? [] : (JSON.parse(json) as readonly TaskActionError[]);
}
